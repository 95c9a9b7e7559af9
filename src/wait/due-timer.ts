import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'

/** The callback comes just after the moment, not just before it, seconds. */
const MARGIN_SECONDS = 0.005
/** The timer fires at least this often before the moment, to detect that this process did not run, seconds. */
const TURN_SECONDS = 1
/**
 * How late a timer may fire while the process runs, seconds: longer than evaluations and garbage collections take, shorter
 * than any stability window. A later timer shows that the process, or its machine, was stopped.
 */
const LATE_SECONDS = 1

/** Calls back at a moment, and detects that this process did not run for a while before it. */
export class DueTimer {
  readonly #clock: Clock
  readonly #onDue: () => void
  #cancel: (() => void) | undefined
  /** By when the timer has fired if this process runs. */
  #firesBy: Seconds = Number.POSITIVE_INFINITY

  /** Calls `onDue` before the moment when the timer fires late: this process received nothing in the time that passed. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Replaces the moment; null: none. */
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

  /** Whether this process did not run until now: its timer should have fired long ago. */
  isLate(now: Seconds): boolean {
    return now > this.#firesBy
  }

  #fire(at: Seconds): void {
    const now = this.#clock.now()
    const isLate = this.isLate(now)
    if (now < at && !isLate) {
      this.set(at)
      return
    }
    // The process runs: what is due may wait for its turn.
    if (!isLate) this.#firesBy = Number.POSITIVE_INFINITY
    this.#onDue()
  }
}
