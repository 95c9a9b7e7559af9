import { lengthen } from '../../lib/backoff.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Attempt } from './sender.ts'

/** Delays before the attempts, each after the one before, seconds (as Standard Webhooks recommends): 0 s to 10 h. */
export const RETRY_DELAYS = [0, 5, 300, 1800, 7200, 18_000, 36_000, 36_000] as const
/** Share by which a delay may grow, so that events that failed together are not retried together. */
const JITTER_SHARE = 0.1
/** An event that is older is given up after its next failure, seconds. */
const MAX_AGE = RETRY_DELAYS.reduce((sum: number, delay) => sum + delay, 0)
/** Longest Retry-After that is obeyed: the longest delay of the schedule, seconds. */
const MAX_RETRY_AFTER = 36_000
/** Statuses besides 5xx that are retried: Request Timeout, Too Early, Too Many Requests. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429])

export type Outcome =
  | { readonly type: 'delivered' }
  | { readonly type: 'retry'; readonly afterSeconds: number; readonly why: string }
  | { readonly type: 'dead'; readonly why: string }
  /** 410 Gone: the target wants no more events. */
  | { readonly type: 'gone' }

/**
 * The outcome of an attempt. `attempts` counts it; `age` is the time since the event was added, in seconds: events that
 * waited behind others for a failing target are not given a full schedule each. `random` gives numbers in [0, 1).
 */
export function decideOutcome(
  attempt: Attempt,
  attempts: number,
  age: Seconds,
  random: () => number,
): Outcome {
  const { status } = attempt
  if (status !== null && status >= 200 && status < 300) return { type: 'delivered' }
  if (status === 410) return { type: 'gone' }
  const failure = status === null ? attempt.error : `status ${status}`
  const isTemporary = status === null || status >= 500 || RETRIED.has(status)
  const delay = RETRY_DELAYS[attempts]
  if (!isTemporary) return { type: 'dead', why: failure }
  if (delay === undefined || age > MAX_AGE)
    return { type: 'dead', why: `${failure}, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}` }
  const requested = status === null ? 0 : Math.min(attempt.retryAfterSeconds ?? 0, MAX_RETRY_AFTER)
  const afterSeconds = Math.max(lengthen(delay, JITTER_SHARE, random), requested)
  return { type: 'retry', afterSeconds, why: failure }
}
