import type { Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { isTemplateFault } from './node-refusal.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60

/** The event of a virtual node whose provider gives a pod up. */
const GIVEN_UP = 'ProviderCreateFailed'

/** What a kubelet before 1.33 writes of the containers of a pod that it admits but does not run (syncPod in kubelet.go). */
const BLOCKED = 'Blocked'

/** Pods that their node holds up, which only their own status tells. */
export const HELD_UP_RULES = [
  {
    id: 'held-up',
    class: 'threshold',
    code: 'node-failure',
    seconds: 3 * MINUTE,
    texts: {
      matches: ['status.reason or status.message of a pod that does not start', 'ProviderFailed', BLOCKED],
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
  const isBlocked = [...pod.initContainers, ...pod.containers].some(
    ({ state }) => state.type === 'waiting' && state.reason === BLOCKED,
  )
  if (pod.reason === '' && pod.message === '' && !isBlocked) return null
  const reason = pod.reason === '' ? BLOCKED : pod.reason
  // The status has no time, but the event of a virtual node has one.
  const told = events.filter((event) => event.reason === GIVEN_UP).map(({ firstSeen }) => firstSeen)
  const since = Math.max(pod.createdAt, told.length === 0 ? 0 : Math.min(...told))
  const why = pod.message === '' ? '' : `: ${quote(pod.message)}`
  const what = `is held up by its node ${pod.node}${sinceWhen(since, now)}: ${reason}${why}`
  return { reason, what, since, ...(isTemplateFault(reason) ? { code: 'invalid-config' } : {}) }
}

function hasStarted({ initContainers, containers }: Pod): boolean {
  return [...initContainers, ...containers].some(
    ({ state, last }) => state.type !== 'waiting' || last !== null,
  )
}
