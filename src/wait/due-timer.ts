import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'

/** A moment is looked at just after it, not just before, seconds. */
const MARGIN_SECONDS = 0.005
/** While a moment is awaited, the timer fires at least this often, to show that this process runs, seconds. */
const TURN_SECONDS = 1
/**
 * How late a timer may fire in a process that runs, seconds: longer than evaluations and garbage collections take, shorter
 * than any time for which a pass must stay stable. A later timer shows that the process, or its machine, was stopped.
 */
const LATE_SECONDS = 1

/** Calls back at a moment, and detects that this process stood still while the moment was awaited. */
export class DueTimer {
  readonly #clock: Clock
  readonly #onDue: () => void
  #cancel: (() => void) | undefined
  /** When the timer has fired at the latest, in a process that runs. */
  #firesBy: Seconds = Number.POSITIVE_INFINITY

  /** `onDue` is also called early when the timer fires late: time passed in which nothing was received. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Awaits another moment instead; null: none. */
  set(at: Seconds | null): void {
    this.stop()
    if (at === null) return
    const now = this.#clock.now()
    const seconds = Math.min(Math.max(at - now, 0), TURN_SECONDS) + MARGIN_SECONDS
    this.#firesBy = now + seconds + LATE_SECONDS
    this.#cancel = this.#clock.schedule(seconds, () => this.#fire(at))
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#firesBy = Number.POSITIVE_INFINITY
  }

  /** Whether this process stood still until now: its timer should have fired long ago. */
  isLate(now: Seconds): boolean {
    return now > this.#firesBy
  }

  #fire(at: Seconds): void {
    const now = this.#clock.now()
    if (now >= at || this.isLate(now)) this.#onDue()
    else this.set(at)
  }
}
