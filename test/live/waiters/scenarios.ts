// Releases that end well, badly or not at all, as a pipeline meets them.
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { KUBECTL, run } from '../support/cluster.ts'
import type { JsonObject } from '../support/json.ts'
import { type ContainerOptions, deployment, SERVING, shell, withSpec } from '../support/manifests.ts'
import { refusingRegistry } from '../support/registry.ts'
import { APP, type Place } from './programs.ts'

/** A release, and what `lynceus gate` must say of it. Its namespace carries its name. */
export interface ReleaseScenario {
  readonly name: string
  /** For the table. */
  readonly what: string
  /** A quota of the namespace. */
  readonly hard?: JsonObject
  /** The version before; none: the app is installed. */
  readonly before?: JsonObject
  readonly next: (t: Test) => JsonObject | Promise<JsonObject>
  /** What somebody does while the others wait. */
  readonly meanwhile?: (place: Place) => Promise<void>
  readonly expected: JsonObject & { readonly verdict: 'pass' | 'fail' | 'pending' }
}

/** How long somebody waits before losing patience, ms. */
const IMPATIENCE_MS = 10_000

/** Seconds of a Deployment that says itself when it makes no progress. */
const DEADLINE_SECONDS = 30

function ready(command: readonly string[], script: string): ContainerOptions {
  // With the default of 1 s a busy node would take a slow start of the probe for its failure.
  const readinessProbe = { exec: { command }, periodSeconds: 1, timeoutSeconds: 10 }
  return { ...shell(script), container: { readinessProbe } }
}

const NEVER_READY = ready(['false'], 'trap "exit 0" TERM; while :; do sleep 1; done')

const READY_AFTER_25 = ready(
  ['test', '-f', '/tmp/ready'],
  'trap "exit 0" TERM; sleep 25; touch /tmp/ready; while :; do sleep 1; done',
)

async function kubectl({ kubeconfig, namespace }: Place, ...args: readonly string[]): Promise<void> {
  await pause(IMPATIENCE_MS)
  await run(KUBECTL, [...args, '--kubeconfig', kubeconfig, '--namespace', namespace])
}

export const SCENARIOS: readonly ReleaseScenario[] = [
  {
    name: 'wait-good',
    what: 'a good release',
    before: deployment(APP, SERVING, 2),
    next: () => deployment(APP, shell('trap "exit 0" TERM; while :; do sleep 1; done; : next'), 2),
    expected: { verdict: 'pass' },
  },
  {
    name: 'wait-slow',
    what: 'ready after 25 s',
    next: () => deployment(APP, READY_AFTER_25),
    expected: { verdict: 'pass' },
  },
  {
    name: 'wait-bad-tag',
    what: 'an image tag that does not exist',
    before: deployment(APP, SERVING),
    next: async (t) => deployment(APP, { image: `${await refusingRegistry(t)}/missing:1` }),
    expected: { verdict: 'fail', code: 'invalid-config', reason: 'ErrImagePull' },
  },
  {
    name: 'wait-no-config-map',
    what: 'a ConfigMap that does not exist',
    before: deployment(APP, SERVING),
    next: () =>
      deployment(APP, { ...SERVING, container: { envFrom: [{ configMapRef: { name: 'absent' } }] } }),
    expected: { verdict: 'fail', code: 'invalid-config', reason: 'CreateContainerConfigError' },
  },
  {
    name: 'wait-crash-loop',
    what: 'crashes 3 s after each start, no readiness probe',
    before: deployment(APP, SERVING),
    next: () => deployment(APP, shell('sleep 3; exit 1')),
    expected: { verdict: 'fail', code: 'process-crashing' },
  },
  {
    name: 'wait-never-ready',
    what: `never ready, progressDeadlineSeconds ${DEADLINE_SECONDS}`,
    before: deployment(APP, SERVING),
    next: () => withSpec(deployment(APP, NEVER_READY), { progressDeadlineSeconds: DEADLINE_SECONDS }),
    expected: { verdict: 'fail', code: 'not-progressing' },
  },
  {
    name: 'wait-pods-refused',
    what: 'a quota refuses the pods',
    hard: { pods: '0' },
    next: () => deployment(APP, SERVING),
    expected: { verdict: 'fail', code: 'resource-limits-exceeded', reason: 'FailedCreate' },
  },
  {
    name: 'wait-set-refused',
    what: 'a quota refuses the ReplicaSet',
    hard: { 'count/replicasets.apps': '0' },
    next: () => deployment(APP, SERVING),
    expected: { verdict: 'fail', code: 'resource-limits-exceeded', reason: 'ReplicaSetCreateError' },
  },
  {
    name: 'wait-sysctl',
    what: 'a sysctl that the kubelet forbids',
    // Failed pods count: the ReplicaSet would make hundreds in a minute.
    hard: { 'count/pods': '12' },
    next: () =>
      deployment(APP, {
        ...SERVING,
        pod: { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } },
      }),
    expected: { verdict: 'fail', code: 'invalid-config', reason: 'SysctlForbidden' },
  },
  {
    name: 'wait-gate',
    what: 'a readiness gate that nobody fulfils',
    before: deployment(APP, SERVING),
    next: () =>
      deployment(APP, { ...SERVING, pod: { readinessGates: [{ conditionType: 'example.com/approved' }] } }),
    expected: { verdict: 'pending', message: /example\.com\/approved/ },
  },
  {
    name: 'wait-rolled-back',
    what: 'never ready; `kubectl rollout undo` after 10 s',
    before: deployment(APP, SERVING),
    next: () => deployment(APP, NEVER_READY),
    meanwhile: (place) => kubectl(place, 'rollout', 'undo', `deployment/${APP}`),
    expected: { verdict: 'fail', code: 'superseded' },
  },
  {
    name: 'wait-scaled-down',
    what: 'never ready; scaled to 0 after 10 s',
    next: () => deployment(APP, NEVER_READY),
    meanwhile: (place) => kubectl(place, 'scale', `deployment/${APP}`, '--replicas=0'),
    expected: { verdict: 'pending', reason: 'ScaledToZero' },
  },
]
