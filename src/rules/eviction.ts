import type { Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { endedAt, endedByNode, isCounted, NODE_REASONS } from './pod.ts'
import type { CheckedRule, Match, MatchOf, Rule } from './rule.ts'
import { clock, count, quote } from './words.ts'

const EVICTED = {
  id: 'evicted',
  class: 'threshold',
  code: 'node-failure',
  // One eviction is the node's problem; when the replacement is evicted too, it is the pod's.
  times: 2,
  counts: 'pods in succession, each created after the one before was ended',
  texts: {
    matches: [...NODE_REASONS, 'OutOfcpu, OutOfmemory, OutOf...'],
    exception:
      'A single eviction is a warning, and progressing when the node does not answer. Fatal for a pod that nothing replaces; a warning in a Job.',
    cause: 'The node ended or refused the pod: out of memory or disk, shut down, no room left.',
    remedy:
      'If replacements are evicted too: check the requests and `ephemeral-storage` of the pod, and the state of the nodes.',
  },
} as const satisfies Rule

/** Pods that a node ended, refused, or took with it. */
export const EVICTION_RULES = [EVICTED] as const

/** A pod that nothing replaces is lost with its first eviction. */
export const LOST_FOR_GOOD = { ...EVICTED, check: lostForGood } satisfies CheckedRule<PodFacts>

function lostForGood({ pod }: PodFacts, { owner }: Context): Match | null {
  if (owner !== 'bare' || !endedByNode(pod)) return null
  const what = `was ended or refused by its node, and nothing replaces it${detail(pod)}`
  return { reason: evictionReason(pod), what, class: 'fatal', since: endedAt(pod) }
}

/** Evictions of a revision's pods, as far as they count now. */
interface Evictions {
  readonly match: MatchOf<'evicted'>
  /** The newest of the pods. */
  readonly pod: Pod
}

/**
 * Pods of a revision that nodes ended or refused. One, or many at the same time, is the node's problem; when the
 * replacement of such a pod is ended too, it is the pod's. Evictions count for a while only, as failed pods stay in the
 * cluster for days.
 */
export function findEvictions(pods: readonly Pod[], context: Context): Evictions | null {
  if (context.owner === 'bare') return null
  const memory = context.policy.evictionMemorySeconds
  const lost = pods
    .filter((pod) => isCounted(pod) && endedByNode(pod))
    .map((pod) => ({ pod, at: endedAt(pod) }))
    .filter(({ at }) => context.now < at + memory)
    .sort((left, right) => left.at - right.at || (left.pod.name < right.pod.name ? -1 : 1))
  const [oldest] = lost
  const newest = lost.at(-1)
  if (oldest === undefined || newest === undefined) return null
  const times = longestSuccession(lost)
  const { pod, at } = newest
  const again = times > 1 ? `, ${count(times, 'pod')} in succession` : '; it is replaced'
  const match: MatchOf<'evicted'> = {
    rule: EVICTED,
    reason: evictionReason(pod),
    what: `was ended or refused by its node at ${clock(at, context.now)}${detail(pod)}${again}`,
    since: oldest.at,
    times,
    // When the oldest no longer counts, the succession is shorter.
    changesAt: oldest.at + memory,
  }
  return { match: context.owner === 'job' ? { ...match, class: 'warning' } : match, pod }
}

interface Loss {
  readonly pod: Pod
  readonly at: number
}

/** Length of the longest succession of pods, each created only after the one before was ended. */
function longestSuccession(lost: readonly Loss[]): number {
  const lengths: number[] = []
  for (const [index, { pod }] of lost.entries()) {
    const before = lost
      .slice(0, index)
      .map(({ at }, position) => (at <= pod.createdAt ? (lengths[position] ?? 0) : 0))
    lengths.push(1 + Math.max(0, ...before))
  }
  return Math.max(0, ...lengths)
}

function evictionReason({ reason }: Pod): string {
  return reason === '' ? 'ContainerStatusUnknown' : reason
}

function detail({ message }: Pod): string {
  return message === '' ? '' : `: ${quote(message)}`
}
