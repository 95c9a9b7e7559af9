/** How delays grow; both in the unit that the caller counts in. */
export interface BackoffBounds {
  /** Bound of the first delay. */
  readonly base: number
  /** No delay is longer, whatever failed before. */
  readonly cap: number
}

/** 2 to the 16th of the shortest base in use is a day: no cap is higher. */
const MAX_DOUBLINGS = 16

/**
 * Exponential back-off with full jitter: each delay is anything up to a bound that doubles from `base` to `cap`, so that
 * those who failed together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Backoff {
  readonly #bounds: BackoffBounds
  readonly #random: () => number
  #failures = 0

  /** `random` gives numbers in [0, 1). */
  constructor(bounds: BackoffBounds, random: () => number) {
    this.#bounds = bounds
    this.#random = random
  }

  /** How long to wait before the next attempt; `atLeast` (a Retry-After, the usual pace) is never shortened. */
  next(atLeast = 0): number {
    const { base, cap } = this.#bounds
    const bound = Math.min(cap, base * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, MAX_DOUBLINGS)
    return Math.max(this.#random() * bound, atLeast)
  }

  /** All has been well for a while: the next failure starts over. */
  reset(): void {
    this.#failures = 0
  }
}

/** A delay that must not be shortened, lengthened by up to `share` of it. `random` gives numbers in [0, 1). */
export function lengthen(delay: number, share: number, random: () => number): number {
  return delay * (1 + share * random())
}
