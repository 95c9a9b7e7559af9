import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import type { Match } from './rule.ts'
import { clock } from './words.ts'

/** How long a refusal that no retry changes may last, seconds. */
export const DENIED_SECONDS = 30

/** What is known of a refused controller besides what it says itself. */
export interface RefusalFacts {
  /** Events about the controller, whose times are those of its attempts; empty when events can't be read. */
  readonly events: readonly ClusterEvent[]
  /** Pods of the namespace that are being deleted. */
  readonly ending: readonly Pod[]
  /** When a pod of the namespace last went; null when none was seen to. */
  readonly lastEndAt: Seconds | null
}

/** For controllers of which nothing more is known. */
export const NOTHING_KNOWN: RefusalFacts = { events: [], ending: [], lastEndAt: null }

/** A controller doubles the wait between two attempts up to 1000 s (client-go, DefaultTypedControllerRateLimiter). */
const MAX_RETRY_SECONDS = 1000
/** Attempts take a moment, and events are sent a moment late, seconds. */
const SLACK_SECONDS = 20
/** The waits double, so the next one is about as long as all before it together; some more, to be sure. */
const NEXT_WAIT = 1.2

/** By when a controller that was refused from `firstSeen` to `lastSeen` has tried again. */
export function nextAttemptBy({
  firstSeen,
  lastSeen,
}: Pick<ClusterEvent, 'firstSeen' | 'lastSeen'>): Seconds {
  return lastSeen + Math.min(NEXT_WAIT * (lastSeen - firstSeen), MAX_RETRY_SECONDS) + SLACK_SECONDS
}

/** How long a pod whose time is up may still hold a quota, seconds: its kubelet takes a moment to report the end. */
const OVERDUE_SECONDS = 60
/** How long the quota controller takes to count anew after a pod has gone, seconds: an attempt before that proves nothing. */
const RECOUNT_SECONDS = 10

/**
 * What a used-up quota waits for: first for the pods that are ending, then for the next attempt of the controller, which may
 * be as far away as the quota was used up. A refusal after that counts from the moment at which the last pod went.
 */
export function awaitQuota(
  text: string,
  since: Seconds,
  { events, ending, lastEndAt }: RefusalFacts,
  now: Seconds,
): Partial<Match> {
  const [last] = ending
    .map((pod) => ({ pod, until: (pod.deletedAt ?? 0) + OVERDUE_SECONDS }))
    .filter(({ until }) => now < until)
    .toSorted((left, right) => right.until - left.until || (left.pod.name < right.pod.name ? -1 : 1))
  if (last !== undefined) {
    const what = `${text}; pod ${last.pod.name} is ending (until ${clock(last.pod.deletedAt ?? 0, now)}), which frees quota`
    return { what, class: 'progressing', changesAt: last.until }
  }
  if (lastEndAt === null || lastEndAt < since) return {}
  const attempts = events.filter(({ reason }) => reason === 'FailedCreate')
  const lastSeen = Math.max(since, ...attempts.map((one) => one.lastSeen))
  if (lastSeen >= lastEndAt + RECOUNT_SECONDS) return { since: lastEndAt }
  // Without events the last attempt is unknown: it may have been just before the pod went.
  const before = attempts.length === 0 ? lastEndAt : lastSeen
  const due = Math.max(nextAttemptBy({ firstSeen: since, lastSeen: before }), lastEndAt + DENIED_SECONDS)
  return { since: due - DENIED_SECONDS }
}
