// Ends that somebody asked for, which are no crashes, and readiness that somebody else decides.
import { readEnvironment } from '../support/environment.ts'
import { startGate } from '../support/gate.ts'
import { at, list, text } from '../support/json.ts'
import {
  type ContainerOptions,
  daemonSet,
  deployment,
  job,
  SERVING,
  shell,
  withSpec,
} from '../support/manifests.ts'
import type { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'
import { atFirst, DAEMON_SETS, DEPLOYMENTS, JOBS, type LiveCase, SERVE } from './live-case.ts'

const GATE = 'example.com/approved'

/** Ready only once somebody has set a condition of this type. */
const APPROVED: ContainerOptions = { ...SERVING, pod: { readinessGates: [{ conditionType: GATE }] } }

const GATE_NAMED = /example\.com\/approved/

/** On a busy machine a pod takes up to 20 s until it runs, and Lynceus must be asked before this is over, seconds. */
const DEADLINE_SECONDS = 60

/** Path of the one pod of an app. */
async function pathOfPod(scenario: Scenario, app: string): Promise<string> {
  const pods = await scenario.api.get(`${scenario.path('v1', 'pods')}?labelSelector=app=${app}`)
  const names = list(pods, 'items').map((pod) => text(pod, 'metadata', 'name'))
  const [name] = names
  if (name === undefined || names.length > 1) throw new Error(`${app} has ${names.length} pods, not one`)
  return scenario.path('v1', 'pods', name)
}

/** Waits until Lynceus names the gate that a pod waits for. */
async function awaitGate(scenario: Scenario, kind: string, name: string): Promise<void> {
  const waiting = { verdict: 'pending', readyPods: 0, message: GATE_NAMED }
  await scenario.expect('/analyze', { kind, name }, waiting, ['pending'])
}

/** Opens the gate of a Deployment's pod. */
async function approve(scenario: Scenario, name: string): Promise<void> {
  await awaitGate(scenario, 'deployment', name)
  const path = await pathOfPod(scenario, name)
  const approved = { type: GATE, status: 'True', lastTransitionTime: new Date().toISOString() }
  await scenario.api.merge(`${path}/status`, { status: { conditions: [approved] } })
}

const RESIZED: ContainerOptions = {
  ...SERVING,
  container: {
    resources: { requests: { cpu: '10m' }, limits: { cpu: '500m' } },
    resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
  },
}

/** Resizes the pod in place, until its container runs again. */
async function resize(scenario: Scenario, name: string): Promise<void> {
  await scenario.expect('/analyze', { kind: 'deployment', name }, { verdict: 'pass' }, ['pending'])
  const path = await pathOfPod(scenario, name)
  const resources = { requests: { cpu: '20m' }, limits: { cpu: '700m' } }
  await scenario.api.merge(`${path}/resize`, { spec: { containers: [{ name: 'app', resources }] } })
  await until(
    `the restart of ${name}`,
    () => scenario.api.get(path),
    (pod) => {
      const status = at(pod, 'status', 'containerStatuses', 0)
      return at(status, 'restartCount') === 1 && at(status, 'state', 'running') !== undefined
    },
  )
}

/** The exit code at which a container asks to be started again. */
const AGAIN = 42

/** A container that is started again when it exits with AGAIN, whatever the policy says otherwise. */
function startedAgain(restartPolicy: 'Always' | 'Never', options: ContainerOptions): ContainerOptions {
  const exitCodes = { operator: 'In', values: [AGAIN] }
  const rules = { restartPolicy, restartPolicyRules: [{ action: 'Restart', exitCodes }] }
  return { ...options, container: { ...options.container, ...rules } }
}

/** Lets the Job run while a gate waits for it; the API server deletes it some milliseconds after its end. */
async function awaitVanishing(scenario: Scenario, name: string): Promise<void> {
  const { kubeconfig } = readEnvironment()
  const flags = ['--namespace', scenario.namespace, '--kind', 'job', '--name', name]
  const gate = startGate(kubeconfig, flags)
  await Promise.race([gate.firstLine, gate.end])
  await scenario.api.patch(scenario.path(...JOBS, name), { spec: { suspend: false } })
  const { exitCode, answer, progress } = await gate.end
  scenario.t.equal(exitCode, 0, 'the gate passes a Job that is complete and gone', { answer, progress })
}

export const ASKED_FOR: readonly LiveCase[] = [
  {
    name: 'gate-closed',
    objects: [
      [
        ...DEPLOYMENTS,
        withSpec(deployment('gate-closed', APPROVED), { progressDeadlineSeconds: DEADLINE_SECONDS }),
      ],
    ],
    steps: (scenario) => awaitGate(scenario, 'deployment', 'gate-closed'),
    question: { kind: 'deployment', name: 'gate-closed' },
    expected: { verdict: 'fail', code: 'not-progressing', readyPods: 0, crashes: 0 },
    message: GATE_NAMED,
  },
  {
    name: 'daemon-gate-closed',
    objects: [[...DAEMON_SETS, daemonSet('daemon-gate-closed', APPROVED)]],
    steps: (scenario) => awaitGate(scenario, 'daemonset', 'daemon-gate-closed'),
    question: { kind: 'daemonset', name: 'daemon-gate-closed', progressDeadline: `${DEADLINE_SECONDS}s` },
    expected: { verdict: 'fail', code: 'not-progressing', readyPods: 0, crashes: 0 },
    message: GATE_NAMED,
  },
  {
    name: 'gate-opened',
    objects: [[...DEPLOYMENTS, deployment('gate-opened', APPROVED)]],
    steps: (scenario) => approve(scenario, 'gate-opened'),
    question: { kind: 'deployment', name: 'gate-opened' },
    expected: { verdict: 'pass', readyPods: 1 },
  },
  {
    name: 'resized-by-restart',
    objects: [[...DEPLOYMENTS, deployment('resized-by-restart', RESIZED)]],
    steps: (scenario) => resize(scenario, 'resized-by-restart'),
    // On a busy node the event that says why comes many seconds after the status that shows the end: until then it counts.
    question: { kind: 'deployment', name: 'resized-by-restart' },
    expected: { verdict: 'pass', restarts: 1, crashes: 0, readyPods: 1 },
    before: ['pending', 'pass'],
  },
  {
    name: 'restarts-by-rule',
    since: 35,
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('restarts-by-rule', startedAgain('Always', atFirst(1, `sleep 2; exit ${AGAIN}`, SERVE))),
      ],
    ],
    question: { kind: 'deployment', name: 'restarts-by-rule', retryLimit: '1' },
    expected: { verdict: 'pass', restarts: 1, crashes: 0, readyPods: 1 },
    before: ['pending', 'pass'],
  },
  {
    name: 'job-restarts-by-rule',
    since: 35,
    objects: [
      [...JOBS, job('job-restarts-by-rule', startedAgain('Never', atFirst(1, `exit ${AGAIN}`, 'exit 0')))],
    ],
    question: { kind: 'job', name: 'job-restarts-by-rule' },
    expected: { verdict: 'pass' },
  },
  {
    name: 'job-vanishes',
    objects: [
      [
        ...JOBS,
        withSpec(job('job-vanishes', shell('sleep 2')), {
          suspend: true,
          ttlSecondsAfterFinished: 0,
        }),
      ],
    ],
    steps: (scenario) => awaitVanishing(scenario, 'job-vanishes'),
    question: { kind: 'job', name: 'job-vanishes' },
    expected: { status: 404 },
    before: ['pending', 'pass'],
  },
]
