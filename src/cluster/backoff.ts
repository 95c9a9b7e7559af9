/** First delay, as client-go's reflector. */
const BASE_SECONDS = 0.8
const CAP_SECONDS = 30

/** Full-jitter exponential back-off: each delay is anything up to a bound that doubles from 0.8 to 30 s. */
export class Backoff {
  readonly #random: () => number
  #attempt = 0

  /** `random` gives numbers in [0, 1). */
  constructor(random: () => number) {
    this.#random = random
  }

  /** Seconds to wait before the next attempt; at least `atLeast` (a Retry-After). */
  next(atLeast: number): number {
    const bound = Math.min(CAP_SECONDS, BASE_SECONDS * 2 ** this.#attempt)
    this.#attempt = Math.min(this.#attempt + 1, 16)
    return Math.max(this.#random() * bound, atLeast)
  }

  /** All has been well for a while: the next failure starts over. */
  reset(): void {
    this.#attempt = 0
  }
}
