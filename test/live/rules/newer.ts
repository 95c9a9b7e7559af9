// What kubelets and controllers do since 1.35: restarts of all containers, resizes in place, limits of a pod as a whole.

import { at, isObject, type JsonObject, list, text } from '../support/json.ts'
import {
  type ContainerOptions,
  deployment,
  podTemplate,
  SERVING,
  shell,
  statefulSet,
  withSpec,
} from '../support/manifests.ts'
import type { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'
import { atFirst, DEPLOYMENTS, type LiveCase, SERVE, STATEFUL_SETS } from './live-case.ts'

/** The exit code at which a container has all containers of its pod restarted. */
const RESTART_ALL = 42

/** The container `app` beside another one that only serves; an exit with RESTART_ALL restarts both. */
function withCompanion(app: ContainerOptions): ContainerOptions {
  const exitCodes = { operator: 'In', values: [RESTART_ALL] }
  const rules = {
    restartPolicy: 'Always',
    restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes }],
  }
  return { ...app, container: { ...app.container, ...rules } }
}

function restarting(name: string, app: ContainerOptions): JsonObject {
  const { spec } = podTemplate(name, SERVING)
  const companion = { ...(list(spec, 'containers').find(isObject) ?? {}), name: 'companion' }
  const template = podTemplate(name, withCompanion(app))
  const containers = [...list(template, 'spec', 'containers'), companion]
  return withSpec(deployment(name, app), {
    template: { ...template, spec: { ...template.spec, containers } },
  })
}

/** Asks, in place, for all that the node has, which the other pod keeps it from, until the kubelet has put that off. */
async function resizeTooFar(scenario: Scenario, name: string): Promise<void> {
  const { api } = scenario
  await scenario.expect('/analyze', { kind: 'deployment', name }, { verdict: 'pass', readyPods: 2 }, [
    'pending',
  ])
  const [node] = list(await api.get('/api/v1/nodes'), 'items')
  const cpu = text(node, 'status', 'allocatable', 'cpu')
  const [pod] = list(await api.get(`${scenario.path('v1', 'pods')}?labelSelector=app=${name}`), 'items')
  const path = scenario.path('v1', 'pods', text(pod, 'metadata', 'name'))
  const containers = list(pod, 'spec', 'containers').map((container) => ({
    ...(isObject(container) ? container : {}),
    resources: { requests: { cpu } },
  }))
  await api.patch(`${path}/resize`, { spec: { containers } })
  const isPutOff = (condition: unknown) =>
    at(condition, 'type') === 'PodResizePending' && at(condition, 'reason') === 'Deferred'
  await until(
    `the resize of ${name} put off`,
    () => api.get(path),
    (found) => list(found, 'status', 'conditions').some(isPutOff),
  )
}

export const NEWER: readonly LiveCase[] = [
  {
    name: 'restarts-all-once',
    since: 36,
    objects: [
      [...DEPLOYMENTS, restarting('restarts-all-once', atFirst(1, `sleep 2; exit ${RESTART_ALL}`, SERVE))],
    ],
    question: { kind: 'deployment', name: 'restarts-all-once' },
    expected: { verdict: 'pass', crashes: 1, readyPods: 1 },
    before: ['pending', 'pass'],
  },
  {
    name: 'restarts-all-again',
    since: 36,
    objects: [[...DEPLOYMENTS, restarting('restarts-all-again', shell(`sleep 2; exit ${RESTART_ALL}`))]],
    question: { kind: 'deployment', name: 'restarts-all-again' },
    expected: { verdict: 'fail', code: 'process-crashing' },
    message: /^Container app of pod restarts-all-again-\S+ exited with code 42\b/,
    before: ['pending', 'pass'],
  },
  {
    name: 'resized-too-far',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment(
          'resized-too-far',
          { ...SERVING, container: { resources: { requests: { cpu: '1m' } } } },
          2,
        ),
      ],
    ],
    steps: (scenario) => resizeTooFar(scenario, 'resized-too-far'),
    question: { kind: 'deployment', name: 'resized-too-far' },
    expected: { verdict: 'pass', crashes: 0, readyPods: 2 },
  },
  {
    name: 'pod-out-of-memory',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('pod-out-of-memory', {
          ...shell('sleep 1; exec tail /dev/zero'),
          pod: { resources: { limits: { memory: '64Mi' } } },
        }),
      ],
    ],
    question: { kind: 'deployment', name: 'pod-out-of-memory' },
    expected: { verdict: 'fail', code: 'resource-limits-exceeded', reason: 'OOMKilled' },
    message: /^Container app of pod pod-out-of-memory-\S+ exceeded its memory limit/,
    before: ['pending', 'pass'],
  },
  {
    name: 'stateful-two-at-once',
    objects: [
      [
        ...STATEFUL_SETS,
        withSpec(statefulSet('stateful-two-at-once', SERVING), {
          replicas: 3,
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
        }),
      ],
    ],
    steps: async (scenario) => {
      const name = 'stateful-two-at-once'
      const fine = { verdict: 'pass', readyPods: 3 }
      await scenario.expect('/analyze', { kind: 'statefulset', name }, fine, ['pending'])
      const path = scenario.path('apps/v1', 'statefulsets', name)
      await scenario.api.patch(path, { spec: { template: podTemplate(name, shell('exit 7')) } })
    },
    question: { kind: 'statefulset', name: 'stateful-two-at-once', retryLimit: '1' },
    expected: { verdict: 'fail', code: 'process-crashing' },
    message: /^Container app of pod stateful-two-at-once-[12] .*\b7\b/,
    before: ['pending', 'pass'],
  },
]
