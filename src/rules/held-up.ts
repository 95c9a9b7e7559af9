import { findCondition, type Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { expiresAt } from './event-expiry.ts'
import { isTemplateFault } from './node-refusal.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60

/** Events that alone say why a pod does not start, beside those of its volumes and its network (volume.ts). */
const TELLING_EVENTS: ReadonlySet<string> = new Set([
  'FailedPrepareDynamicResources',
  'ProviderCreateFailed',
  'NetworkNotReady',
  'FailedCreatePodContainer',
])

/** What a kubelet before 1.33 writes of the containers of a pod that it admits but does not run (syncPod in kubelet.go). */
const BLOCKED = 'Blocked'

/** Pods that their node holds up, which only the pod's own status or an event tells. */
export const HELD_UP_RULES = [
  {
    id: 'held-up',
    class: 'threshold',
    code: 'node-failure',
    seconds: 3 * MINUTE,
    patientSeconds: 5 * MINUTE,
    texts: {
      matches: [
        'status.reason or status.message of a pod that does not start',
        'ProviderFailed',
        BLOCKED,
        ...TELLING_EVENTS,
      ],
      patient: 'only an event tells it',
      exception: 'Code invalid-config where the reason blames the template, such as AppArmor.',
      cause:
        'The node, or the provider behind a virtual node, does not start the pod: a device or driver is not there, or an object that the pod names.',
      remedy:
        'The message says what is missing. Create it, or look at the driver or the provider on the node.',
    },
    check: heldUp,
  },
] as const satisfies readonly CheckedRule<PodFacts>[]

function heldUp({ pod, events }: PodFacts, { now }: Context): Match | null {
  if (pod.node === '' || pod.phase !== 'Pending' || hasStarted(pod)) return null
  const told = events.filter(({ reason, type }) => type === 'Warning' && TELLING_EVENTS.has(reason))
  const isBlocked = [...pod.initContainers, ...pod.containers].some(
    ({ state }) => state.type === 'waiting' && state.reason === BLOCKED,
  )
  if (pod.reason === '' && pod.message === '' && !isBlocked) return toldByEvent(pod, told, now)
  const reason = pod.reason === '' ? BLOCKED : pod.reason
  const since = Math.max(pod.createdAt, Math.min(...told.map(({ firstSeen }) => firstSeen), now))
  const began = told.length === 0 ? pod.createdAt : since
  const why = pod.message === '' ? '' : `: ${quote(pod.message)}`
  const what = `is held up by its node ${pod.node}${sinceWhen(began, now)}: ${reason}${why}`
  return { reason, what, since: began, ...(isTemplateFault(reason) ? { code: 'invalid-config' } : {}) }
}

function toldByEvent(pod: Pod, told: readonly ClusterEvent[], now: Seconds): Match | null {
  // Since 1.29 a condition says that the pod has no sandbox yet. Nothing else takes an event back.
  const stillCreating = findCondition(pod.conditions, 'PodReadyToStartContainers', 'False') !== undefined
  const [newest] = told
    .filter((event) => stillCreating || now < expiresAt(event))
    .toSorted((left, right) => right.lastSeen - left.lastSeen)
  if (newest === undefined) return null
  const since = Math.max(pod.createdAt, newest.firstSeen)
  const what = `is held up by its node ${pod.node}${sinceWhen(since, now)}: ${quote(newest.message)}`
  return {
    reason: newest.reason,
    what,
    since,
    patient: true,
    changesAt: stillCreating ? null : expiresAt(newest),
  }
}

function hasStarted({ initContainers, containers }: Pod): boolean {
  return [...initContainers, ...containers].some(
    ({ state, last }) => state.type !== 'waiting' || last !== null,
  )
}
