import type { Seconds } from '../../model/meta.ts'
import type { Tolerance } from '../../question/question.ts'
import { binomialTail } from './binomial.ts'

/** Probability with which a canary that is within the ratio is taken for a worse one. */
const SIGNIFICANCE = 0.05

/** A number of crashes in a time of pods. */
export interface Rate {
  readonly crashes: number
  readonly podSeconds: Seconds
}

/** `tolerated`: not more than the tolerance; `worse`: more, and not by chance; `undecided`: more, but it may be chance. */
export interface Comparison {
  readonly outcome: 'tolerated' | 'undecided' | 'worse'
  /** Crashes of the canary that the ratio tolerates; null when the stable revision has no time to compare. */
  readonly expected: number | null
  /** The probability that a canary just within the ratio has at least this number of crashes. */
  readonly chance: number
}

/**
 * The exact conditional test for two Poisson rates (Przyborowski and Wilenski 1940): given the crashes of both revisions,
 * those of a canary just within the ratio are Binomial. Its share is the canary's part of the time of both, when the ratio
 * weights the canary's time.
 */
export function compareRates(canary: Rate, stable: Rate, { maxRatio, maxDelta }: Tolerance): Comparison {
  const weighted = maxRatio * canary.podSeconds
  const expected = stable.podSeconds > 0 ? (stable.crashes * weighted) / stable.podSeconds : null
  const share = weighted + stable.podSeconds > 0 ? weighted / (weighted + stable.podSeconds) : 1
  const chance = binomialTail(canary.crashes + stable.crashes, canary.crashes, share)
  if (canary.crashes - (expected ?? 0) <= maxDelta) return { outcome: 'tolerated', expected, chance }
  return { outcome: chance < SIGNIFICANCE ? 'worse' : 'undecided', expected, chance }
}
