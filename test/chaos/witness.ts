import type { Span } from './tale.ts'

/**
 * So long a state must stand before a sender that nobody kills, that it must have been told, real milliseconds: far more
 * than the sender takes, also on a busy machine.
 */
export const WITNESSED_MS = 1500

/** Says what somebody who sends must have seen: nobody can tell of what came and went while no one looked. */
export class Witness {
  readonly #led: readonly Span[]

  /** Who sends sees nothing while it is `blind`. */
  constructor(led: readonly Span[], blind: readonly Span[] = []) {
    this.#led = blind.reduce((spans, one) => spans.flatMap((span) => without(span, one)), led)
  }

  /** Whether one sender saw it for long enough, or it is so to this day. */
  saw({ from, to }: Span): boolean {
    if (to === Number.POSITIVE_INFINITY) return true
    return this.#led.some((span) => Math.min(span.to, to) - Math.max(span.from, from) >= WITNESSED_MS)
  }
}

function without({ from, to }: Span, hole: Span): Span[] {
  return [
    { from, to: Math.min(to, hole.from) },
    { from: Math.max(from, hole.to), to },
  ].filter((part) => part.from < part.to)
}
