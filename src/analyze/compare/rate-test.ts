import type { Seconds } from '../../model/meta.ts'
import type { Tolerance } from '../../question/question.ts'
import { binomialTail } from './binomial.ts'

/** How often a canary that is within the ratio may be taken for a worse one. */
export const SIGNIFICANCE = 0.05

/** Crashes in so much time of pods. */
export interface Rate {
  readonly crashes: number
  readonly podSeconds: Seconds
}

/** `within`: tolerated; `proven`: worse, and not by chance; `unproven`: more than tolerated, but it may be chance. */
export interface Comparison {
  readonly outcome: 'within' | 'unproven' | 'proven'
  /** Crashes of the canary that would be tolerated by the ratio; null when the stable revision has no time to compare. */
  readonly expected: number | null
  /** How likely so many crashes are for a canary that is just within the ratio. */
  readonly chance: number
}

/**
 * The exact conditional test for two Poisson rates (Przyborowski and Wilenski 1940): given all crashes of both, the
 * canary's are Binomial with the share that its time has of both, weighed by the ratio, if it is just within the ratio.
 */
export function compareRates(canary: Rate, stable: Rate, { maxRatio, maxDelta }: Tolerance): Comparison {
  const weighed = maxRatio * canary.podSeconds
  const expected = stable.podSeconds > 0 ? (stable.crashes * weighed) / stable.podSeconds : null
  const share = weighed + stable.podSeconds > 0 ? weighed / (weighed + stable.podSeconds) : 1
  const chance = binomialTail(canary.crashes + stable.crashes, canary.crashes, share)
  if (canary.crashes - (expected ?? 0) <= maxDelta) return { outcome: 'within', expected, chance }
  return { outcome: chance < SIGNIFICANCE ? 'proven' : 'unproven', expected, chance }
}
