import type { EvictedPod } from '../model/history.ts'
import { endedAt, endedByNode, isRefused, type Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { REFUSED } from './node-refusal.ts'
import { isCounted } from './pod.ts'
import type { CheckedRule, Match, MatchOf, Rule } from './rule.ts'
import { clock, count, quote } from './words.ts'

/** Reasons with which a node ends pods as it ends itself, over the versions of the kubelet: never the fault of the pod. */
const SHUTDOWNS = ['Shutdown', 'NodeShutdown', 'Terminated', 'NodeLost', 'ContainerStatusUnknown'] as const

/** Evictions that are put in succession; the newest count. More in so short a time say nothing else. */
const MAX_EVICTIONS = 100

/** Evictions within this time are one, seconds. */
const SPREAD_SECONDS = 10

const EVICTED = {
  id: 'evicted',
  class: 'threshold',
  code: 'node-failure',
  // One eviction is the node's problem; when the replacement is evicted too, it is the pod's.
  times: 2,
  counts:
    'pods in succession, each created after the one before was ended, and ended more than 10 s after it',
  texts: {
    matches: ['Evicted', 'Preempting', ...SHUTDOWNS, 'phase Failed with any other reason of a pod that ran'],
    exception:
      'A warning for a single pod, for pods of a node that shut down, in a Job and beside a complete workload. Fatal for a pod that nothing replaces.',
    cause: 'The node ended the pod: it was out of memory or disk, or was shut down.',
    remedy:
      'If replacements are evicted too: check the requests and `ephemeral-storage` of the pod, and the state of the nodes.',
  },
} as const satisfies Rule

/** Pods that a node refused or ended. */
export const EVICTION_RULES = [REFUSED, EVICTED] as const

/** A pod that nothing replaces is lost with its first eviction. */
export const LOST_FOR_GOOD = { ...EVICTED, check: lostForGood } satisfies CheckedRule<PodFacts>

function lostForGood({ pod }: PodFacts, { owner }: Context): Match | null {
  if (owner !== 'bare' || !endedByNode(pod)) return null
  const what = `was ended by its node, and nothing replaces it${detail(pod)}`
  return { reason: evictionReason(pod), what, class: 'fatal', since: endedAt(pod) }
}

/** Evictions of a revision's pods, as far as they count now. */
interface Evictions {
  readonly match: MatchOf<'evicted'>
  /** The newest of the pods. */
  readonly pod: Pick<Pod, 'name' | 'uid'>
}

/**
 * Pods of a revision that ran and that nodes ended. One, or many at the same time, is the node's problem; when the
 * replacement of such a pod is ended too, it is the pod's, unless the node was shut down. Evictions count for a while only,
 * as failed pods stay in the cluster for days.
 */
export function findEvictions(
  pods: readonly Pod[],
  deleted: readonly EvictedPod[],
  context: Context,
): Evictions | null {
  if (context.owner === 'bare') return null
  const memory = context.policy.evictionMemorySeconds
  const present = pods
    .filter((pod) => isCounted(pod) && endedByNode(pod) && !isRefused(pod))
    .map((pod): Loss => ({ pod, at: endedAt(pod) }))
  const lost = [...deleted.map((pod): Loss => ({ pod, at: pod.endedAt })), ...present]
    .filter(({ at }) => context.now < at + memory)
    .sort((left, right) => left.at - right.at || (left.pod.name < right.pod.name ? -1 : 1))
  const [oldest] = lost
  const newest = lost.at(-1)
  if (oldest === undefined || newest === undefined) return null
  const times = longestSuccession(lost.filter((one) => !isShutdown(one.pod)))
  const { pod, at } = newest
  const again = times > 1 ? `, ${count(times, 'pod')} in succession` : '; it is replaced'
  const match: MatchOf<'evicted'> = {
    rule: EVICTED,
    reason: evictionReason(pod),
    what: `was ended by its node at ${clock(at, context.now)}${detail(pod)}${again}`,
    since: oldest.at,
    times,
    // When the oldest no longer counts, the succession is shorter.
    changesAt: oldest.at + memory,
  }
  return { match: context.owner === 'job' ? { ...match, class: 'warning' } : match, pod }
}

interface Loss {
  readonly pod: Pick<Pod, 'name' | 'uid' | 'reason' | 'message' | 'createdAt'>
  readonly at: number
}

/** Length of the longest succession of pods, each created only after the one before was ended. */
function longestSuccession(lost: readonly Loss[]): number {
  const newest = lost.slice(-MAX_EVICTIONS)
  const lengths: number[] = []
  for (const [index, { pod, at }] of newest.entries()) {
    const before = newest
      .slice(0, index)
      .map((one, position) =>
        one.at <= pod.createdAt && one.at + SPREAD_SECONDS < at ? (lengths[position] ?? 0) : 0,
      )
    lengths.push(1 + Math.max(0, ...before))
  }
  return Math.max(0, ...lengths)
}

function isShutdown(pod: Pick<Pod, 'reason'>): boolean {
  return SHUTDOWNS.some((reason) => reason === evictionReason(pod))
}

function evictionReason({ reason }: Pick<Pod, 'reason'>): string {
  return reason === '' ? 'ContainerStatusUnknown' : reason
}

function detail({ message }: Pick<Pod, 'message'>): string {
  return message === '' ? '' : `: ${quote(message)}`
}
