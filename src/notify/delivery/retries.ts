import { lengthen } from '../../lib/backoff.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Attempt } from './sender.ts'

/** When the attempts come, each after the one before, seconds (as Standard Webhooks recommends): 0 s to 10 h. */
export const SCHEDULE = [0, 5, 300, 1800, 7200, 18_000, 36_000, 36_000] as const
/** Of each pause: events that failed together do not come back together (Standard Webhooks asks for jitter). */
const JITTER_SHARE = 0.1
/** Whoever could not be told for so long is not told any more, seconds. */
const GIVEN_UP_AFTER = SCHEDULE.reduce((sum: number, pause) => sum + pause, 0)
/** No Retry-After holds longer than the longest step of the schedule. */
const MAX_WAIT = 36_000
/** Beside 5xx: Request Timeout, Too Early, Too Many Requests. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429])

export type Outcome =
  | { readonly type: 'delivered' }
  | { readonly type: 'retry'; readonly afterSeconds: number; readonly why: string }
  | { readonly type: 'dead'; readonly why: string }
  /** 410 Gone: the target wants no more. */
  | { readonly type: 'gone' }

/**
 * What an attempt comes to; `attempts` counts it, `age` says for how long the event has waited, in seconds: those that wait
 * behind others for a target that is down get no schedule of their own each. `random` gives numbers in [0, 1), for jitter.
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
  const what = status === null ? attempt.error : `status ${status}`
  const worthwhile = status === null || status >= 500 || RETRIED.has(status)
  const pause = SCHEDULE[attempts]
  if (!worthwhile) return { type: 'dead', why: what }
  if (pause === undefined || age > GIVEN_UP_AFTER)
    return { type: 'dead', why: `${what}, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}` }
  const asked = status === null ? 0 : Math.min(attempt.retryAfterSeconds ?? 0, MAX_WAIT)
  return { type: 'retry', afterSeconds: Math.max(lengthen(pause, JITTER_SHARE, random), asked), why: what }
}
