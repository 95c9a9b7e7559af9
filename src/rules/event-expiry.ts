import type { Seconds } from '../model/meta.ts'
import type { ClusterEvent } from '../model/records.ts'

/** The kubelet doubles the wait between attempts up to 2 min 2 s (pkg/util/goroutinemap/exponentialbackoff). */
const MAX_RETRY_SECONDS = 122
/** Events are sent a moment late, and attempts take a while. */
const SLACK_SECONDS = 20

/**
 * When a failure that an event reports counts as over. Nothing reports that an attempt succeeded: only the next failure is
 * missing. Waits between attempts double, so the next one is overdue after little more than the time of all before it.
 */
export function expiresAt({ firstSeen, lastSeen }: Pick<ClusterEvent, 'firstSeen' | 'lastSeen'>): Seconds {
  return lastSeen + Math.min(1.2 * (lastSeen - firstSeen), MAX_RETRY_SECONDS) + SLACK_SECONDS
}
