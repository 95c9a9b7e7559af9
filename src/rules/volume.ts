import { findCondition, type Seconds } from '../model/meta.ts'
import type { ClusterEvent } from '../model/records.ts'
import { findCause } from './causes.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { expiresAt } from './event-expiry.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60

const NO_SANDBOX = 'FailedCreatePodSandBox'

/** The pod says only ContainerCreating; these events say why. */
const REASONS: ReadonlySet<string> = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedMapBlockVolume',
  NO_SANDBOX,
  'FailedPrepareDynamicResources',
  'NetworkNotReady',
  'FailedCreatePodContainer',
  'FailedMakePodDataDirectories',
])
/** A kubelet may have more of them. */
const LIKE_THEM = /^Failed/
/** Events that are called alike and keep nothing from starting, or that other rules know. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  'Failed',
  'FailedScheduling',
  'FailedToRetrieveImagePullSecret',
  'FailedKillPod',
  'FailedPreStopHook',
  'FailedPostStartHook',
])

/** What keeps the kubelet from creating the pod's containers. */
export const VOLUME_RULES = [
  {
    id: 'sandbox-memory',
    class: 'threshold',
    code: 'resource-limits-exceeded',
    times: 2,
    counts: 'attempts',
    texts: {
      matches: [NO_SANDBOX],
      cause:
        'The memory limits of the pod are too low for the container runtime itself: not even the sandbox of the pod starts.',
      remedy: 'Raise `resources.limits.memory`: a sandbox needs some 10 MiB.',
    },
    check: lacksMemory,
  },
  {
    id: 'volume',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 90,
    patientSeconds: 5 * MINUTE,
    texts: {
      matches: [...REASONS, 'any other warning of the pod that begins with `Failed`'],
      patient: 'no event says that the object to mount does not exist',
      cause:
        'A volume cannot be mounted or attached, a device of a DRA driver cannot be prepared, or the pod gets no network. Only events say so. On a node that is starting its drivers may not be registered yet.',
      remedy:
        'Create the missing ConfigMap, Secret or claim; otherwise look at the storage, device or network plugin on the node.',
    },
    check: cannotPrepare,
  },
] as const satisfies readonly CheckedRule<PodFacts>[]

/** What fails now, and since when it fails like this. */
interface Failure {
  readonly event: ClusterEvent
  /** The first failure of the same kind: each event may name another sandbox or volume. */
  readonly since: Seconds
  /** How often it failed alike. */
  readonly times: number
  /** When it counts as over; null: the pod itself says that it is not. */
  readonly until: Seconds | null
}

function lacksMemory(facts: PodFacts, { now }: Context): Match | null {
  const failure = readFailure(facts, now)
  if (failure?.event.reason !== NO_SANDBOX) return null
  const { event, since, times, until } = failure
  if (findCause('limit', event.message) === null) return null
  const what = `gets no sandbox, as its memory limit is too low for the runtime${sinceWhen(since, now)}: ${quoteCause(event)}`
  return { reason: NO_SANDBOX, what, since, times, changesAt: until }
}

const FAILURES: ReadonlyMap<string, string> = new Map([
  [NO_SANDBOX, 'gets no sandbox'],
  ['NetworkNotReady', 'gets no network'],
  ['FailedPrepareDynamicResources', 'does not get its devices'],
  ['FailedMount', 'cannot mount its volumes'],
  ['FailedAttachVolume', 'cannot attach its volumes'],
  ['FailedMapVolume', 'cannot mount its volumes'],
  ['FailedMapBlockVolume', 'cannot mount its volumes'],
])

function cannotPrepare(facts: PodFacts, { now }: Context): Match | null {
  const failure = readFailure(facts, now)
  if (failure === null) return null
  const { event, since, until } = failure
  const how = FAILURES.get(event.reason) ?? 'cannot be started by the kubelet'
  return {
    reason: event.reason,
    what: `${how}${sinceWhen(since, now)}: ${quoteCause(event)}`,
    since,
    patient: !isMissing(event),
    changesAt: until,
  }
}

function readFailure({ pod, events }: PodFacts, now: Seconds): Failure | null {
  if (!isCreating(pod)) return null
  const stillCreating = lacksSandbox(pod)
  const failures = events.filter(keepsFromStarting).sort((left, right) => right.lastSeen - left.lastSeen)
  const telling = failures.filter(({ message }) => !ONLY_LATE.test(message))
  const [event] = telling.length > 0 ? telling : failures
  if (event === undefined) return null
  const alike = failures.filter((one) => isMissing(one) === isMissing(event))
  const firstSeen = Math.min(...alike.map((one) => one.firstSeen))
  const until = expiresAt({ firstSeen, lastSeen: Math.max(...alike.map(({ lastSeen }) => lastSeen)) })
  if (!stillCreating && now >= until) return null
  return {
    event,
    since: Math.max(firstSeen, pod.createdAt),
    times: alike.reduce((sum, { count }) => sum + count, 0),
    until: stillCreating ? null : until,
  }
}

function keepsFromStarting({ reason, type, fieldPath }: ClusterEvent): boolean {
  if (REASONS.has(reason)) return true
  return type === 'Warning' && fieldPath === '' && LIKE_THEM.test(reason) && !OF_OTHERS.has(reason)
}

function isMissing({ message }: ClusterEvent): boolean {
  return findCause('volume', message) === 'object-not-found'
}

/** It says that something has not happened in time, and not why: any other event says more. */
const ONLY_LATE =
  /Unable to attach or mount volumes|timed out waiting for the condition\W*$|context deadline exceeded\W*$/

/** What the kubelet was doing, which the sentence says already, and which sandbox it was: each attempt makes another. */
const DOING =
  /^(?:\(combined from similar events\): )?Failed to (?:create pod sandbox|prepare dynamic resources): /
const SANDBOX_ID = / "?[0-9a-f]{64}"?/g

function quoteCause({ message }: ClusterEvent): string {
  return quote(message.replace(DOING, '').replaceAll(SANDBOX_ID, ''))
}

/**
 * Kubelets since 1.29 say in a condition that volumes and sandbox are not ready. It matters because client-go's spam
 * filter drops events after 25 of one pod.
 */
function lacksSandbox({ conditions }: PodFacts['pod']): boolean {
  return findCondition(conditions, 'PodReadyToStartContainers', 'False') !== undefined
}

/** Whether no container of the pod was ever created. */
function isCreating({ containers, initContainers }: PodFacts['pod']): boolean {
  return [...initContainers, ...containers].every(
    ({ state, last }) =>
      state.type === 'waiting' &&
      last === null &&
      (state.reason === 'ContainerCreating' || state.reason === 'PodInitializing'),
  )
}
