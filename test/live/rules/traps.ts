// What looks like a failure and is none: never may `fail` be said of these.
import { type ContainerOptions, deployment, job, podTemplate, SERVING, shell } from '../support/manifests.ts'
import type { Scenario } from '../support/scenario.ts'
import { atFirst, DEPLOYMENTS, endedWith, JOBS, type LiveCase, SERVE } from './live-case.ts'

const CRASHES = shell('exit 1')

/** `pass` may be true before a first crash: without a readiness probe a container is ready as soon as it runs. */
const PASS_BEFORE = ['pending', 'pass']

function withMemory(memory: string, options: ContainerOptions): ContainerOptions {
  return { ...options, container: { ...options.container, resources: { limits: { memory } } } }
}

/** Ends with 143 when asked to, as a program without a handler for SIGTERM does; in time, so that nobody kills it. */
const POLITE: ContainerOptions = {
  ...shell('trap "exit 143" TERM; while :; do sleep 1; done'),
  pod: { terminationGracePeriodSeconds: 60 },
}

/** `kubectl rollout restart`, until a pod of the old revision has ended with 143. */
async function restartAll(scenario: Scenario): Promise<void> {
  const target = { kind: 'deployment', name: 'exit-143' }
  await scenario.expect('/analyze', target, { verdict: 'pass', readyPods: 2 }, ['pending'])
  const ended = endedWith(scenario, 'exit-143', 143)
  const metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() } }
  const path = scenario.path('apps/v1', 'deployments', 'exit-143')
  await scenario.api.patch(path, { spec: { template: { metadata } } })
  await ended
  await scenario.expect(
    '/analyze/crashes',
    { selector: 'app=exit-143', limit: '1' },
    { verdict: 'pass', crashes: 0 },
    ['pending'],
  )
}

export const TRAPS: readonly LiveCase[] = [
  {
    name: 'crashes-twice',
    objects: [[...DEPLOYMENTS, deployment('crashes-twice', atFirst(2, 'exit 1', SERVE))]],
    question: { kind: 'deployment', name: 'crashes-twice' },
    expected: { verdict: 'pass', restarts: 2, readyPods: 1 },
    before: PASS_BEFORE,
  },
  {
    name: 'slow-start',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('slow-start', {
          ...shell(`sleep 25; touch /tmp/ready; ${SERVE}`),
          container: {
            readinessProbe: {
              exec: { command: ['test', '-f', '/tmp/ready'] },
              periodSeconds: 1,
              timeoutSeconds: 10,
            },
          },
        }),
      ],
    ],
    question: { kind: 'deployment', name: 'slow-start' },
    expected: { verdict: 'pass', crashes: 0, readyPods: 1 },
  },
  {
    name: 'old-crashes',
    objects: [[...DEPLOYMENTS, deployment('old-crashes', CRASHES)]],
    steps: async (scenario) => {
      const target = { kind: 'deployment', name: 'old-crashes', retryLimit: '1' }
      const failed = { verdict: 'fail', code: 'process-crashing' }
      await scenario.expect('/analyze', target, failed)
      const path = scenario.path('apps/v1', 'deployments', 'old-crashes')
      await scenario.api.patch(path, { spec: { template: podTemplate('old-crashes', SERVING) } })
      const [, fixed = ''] = await scenario.hashes('old-crashes', 2)
      await scenario.expect('/analyze', { hash: fixed }, { verdict: 'pass', crashes: 0 }, ['pending'])
    },
    question: { kind: 'deployment', name: 'old-crashes', retryLimit: '1' },
    expected: { verdict: 'pass', crashes: 0, readyPods: 1 },
  },
  {
    name: 'scaled-to-zero',
    objects: [[...DEPLOYMENTS, deployment('scaled-to-zero', SERVING)]],
    steps: async (scenario) => {
      const target = { kind: 'deployment', name: 'scaled-to-zero' }
      await scenario.expect('/analyze', target, { verdict: 'pass', readyPods: 1 }, ['pending'])
      await scenario.api.patch(scenario.path(...DEPLOYMENTS, target.name), { spec: { replicas: 0 } })
    },
    question: { kind: 'deployment', name: 'scaled-to-zero' },
    expected: { verdict: 'pass', desired: 0, pods: 0 },
    message: /wants no pods/,
    before: PASS_BEFORE,
  },
  {
    name: 'exit-143',
    objects: [[...DEPLOYMENTS, deployment('exit-143', POLITE, 2)]],
    steps: restartAll,
    question: { kind: 'deployment', name: 'exit-143' },
    expected: { verdict: 'pass', crashes: 0, restarts: 0, readyPods: 2 },
  },
  {
    name: 'oom-once',
    objects: [
      [...DEPLOYMENTS, deployment('oom-once', withMemory('64Mi', atFirst(1, 'exec tail /dev/zero', SERVE)))],
    ],
    question: { kind: 'deployment', name: 'oom-once' },
    expected: { verdict: 'pass', restarts: 1, readyPods: 1 },
    before: PASS_BEFORE,
  },
  {
    name: 'job-fails-once',
    objects: [
      [...JOBS, job('job-fails-once', atFirst(1, 'exit 1', 'exit 0', { restartPolicy: 'OnFailure' }), 2)],
    ],
    question: { kind: 'job', name: 'job-fails-once' },
    expected: { verdict: 'pass' },
    message: /complete, with 1 successful pod/,
  },
]
