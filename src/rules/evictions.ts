import type { Pod } from '../model/pod.ts'
import type { Context } from './context.ts'
import type { Finding } from './finding.ts'
import { counts, endedAt, endedByNode } from './pod.ts'
import { weigh } from './rule-match.ts'
import { clock, count, quote } from './words.ts'

/**
 * Pods of a revision that nodes ended or refused. One, or many at the same time, is the node's affair; when the
 * replacement of such a pod is ended as well, it is the pod's. Evictions are held against it for a while only, as failed
 * pods stay in the cluster for days.
 */
export function evictionFindings(pods: readonly Pod[], context: Context): Finding[] {
  if (context.owner === 'bare') return []
  const lost = pods
    .filter((pod) => counts(pod) && endedByNode(pod))
    .map((pod) => ({ pod, at: endedAt(pod) }))
    .filter(({ at }) => context.now < at + context.policy.evictionMemorySeconds)
    .sort((left, right) => left.at - right.at || (left.pod.name < right.pod.name ? -1 : 1))
  const newest = lost.at(-1)
  if (newest === undefined) return []
  const times = generations(lost)
  const { pod, at } = newest
  const detail = pod.message === '' ? '' : `: ${quote(pod.message)}`
  const again = times > 1 ? `, ${count(times, 'pod')} in succession` : '; it is replaced'
  const subject = { subject: `pod/${pod.name}`, podUid: null, container: null, who: `Pod ${pod.name}` }
  const draft = {
    rule: 'evicted',
    reason: pod.reason === '' ? 'ContainerStatusUnknown' : pod.reason,
    what: `was ended or refused by its node at ${clock(at)}${detail}${again}`,
    since: lost[0]?.at ?? at,
    times,
    // When the oldest is forgotten, the row is shorter.
    changesAt: (lost[0]?.at ?? at) + context.policy.evictionMemorySeconds,
  } as const
  const weighed = weigh(context.owner === 'job' ? { ...draft, class: 'warning' } : draft, subject, context)
  // A single eviction decides nothing: whether the replacement is there is for the workload's status to say.
  return [weighed.reached || weighed.class === 'warning' ? weighed : { ...weighed, class: 'warning' }]
}

interface Loss {
  readonly pod: Pod
  readonly at: number
}

/** Length of the longest row of pods of which each was made only after the one before had been ended. */
function generations(lost: readonly Loss[]): number {
  const lengths: number[] = []
  for (const [index, { pod }] of lost.entries()) {
    const before = lost
      .slice(0, index)
      .map(({ at }, position) => (at <= pod.createdAt ? (lengths[position] ?? 0) : 0))
    lengths.push(1 + Math.max(0, ...before))
  }
  return Math.max(0, ...lengths)
}
