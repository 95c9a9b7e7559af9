import type { Span } from './timeline.ts'

/**
 * A leader that is not killed must report a state that lasts this long, real milliseconds: much longer than it needs, even
 * on a busy machine.
 */
export const MIN_SEEN_MS = 1500

/** Which states a leader must have seen: what begins and ends while no leader watches cannot be reported. */
export class LeaderCoverage {
  readonly #leaderships: readonly Span[]

  /** A leader sees nothing during the gaps. */
  constructor(leaderships: readonly Span[], gaps: readonly Span[] = []) {
    this.#leaderships = gaps.reduce((spans, gap) => spans.flatMap((span) => subtract(span, gap)), leaderships)
  }

  /** Whether one leader saw a state for long enough, or the state still lasts. */
  covers({ from, to }: Span): boolean {
    if (to === Number.POSITIVE_INFINITY) return true
    return this.#leaderships.some((span) => Math.min(span.to, to) - Math.max(span.from, from) >= MIN_SEEN_MS)
  }
}

function subtract({ from, to }: Span, gap: Span): Span[] {
  return [
    { from, to: Math.min(to, gap.from) },
    { from: Math.max(from, gap.to), to },
  ].filter((part) => part.from < part.to)
}
