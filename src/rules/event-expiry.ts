import type { Seconds } from '../model/meta.ts'
import type { ClusterEvent } from '../model/records.ts'

/** The kubelet doubles the wait between tries up to 2 min 2 s (pkg/util/goroutinemap/exponentialbackoff). */
const MAX_RETRY_SECONDS = 122
/** Events are sent a moment late, and tries take a while. */
const SLACK_SECONDS = 20

/**
 * An event is never taken back: that a try succeeded shows only by the next failure staying away. Waits between tries
 * double, so it is overdue after a little more than the time for which the tries have failed.
 */
export function expiresAt({ firstSeen, lastSeen }: ClusterEvent): Seconds {
  return lastSeen + Math.min(1.2 * (lastSeen - firstSeen), MAX_RETRY_SECONDS) + SLACK_SECONDS
}
