import type { Clock } from '../lib/schedule.ts'
import { Throttle } from '../lib/throttle.ts'
import type { Seconds } from '../model/meta.ts'
import { DueTimer } from './due-timer.ts'

/** The result of one evaluation of a question. */
export interface Reading<T> {
  readonly value: T
  /** When time alone may change the value; null: only a change in the cluster can. */
  readonly recheckAt: Seconds | null
  /** Nothing can change the value any more. */
  readonly final: boolean
}

/**
 * Evaluates a question at a moment. `stalled`: this process did not run until now, so it has not received yet what happened
 * meanwhile. An error ends the watch.
 */
export type Evaluate<T> = (now: Seconds, stalled: boolean) => Reading<T>

/** Listens to a watch. */
export interface WatchListener<T> {
  /** Called after each evaluation. */
  readonly onValue: (value: T) => void
  /** Called once when an evaluation threw; the watch is closed then. */
  readonly onError: (error: unknown) => void
}

/** The clocks and the throttle of watches. */
export interface WatchTiming {
  /** The cluster's time, for the moments at which time alone may change a value. */
  readonly clock: Clock
  /** The machine's time, for the throttle: its gap depends on the load of this process. */
  readonly loadClock: Clock
  /** Minimum time between two evaluations that changes cause, seconds. */
  readonly gapSeconds: () => Seconds
}

/** What a watch is made of. */
export interface QuestionWatchOptions<T> extends WatchTiming {
  readonly evaluate: Evaluate<T>
  /** Subscribes to the changes that concern the question; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void
  readonly onClose: () => void
}

/**
 * Keeps the value of one question current for all who wait for it. It evaluates after changes that concern the question
 * (throttled), and when time alone may change the value. It closes itself when the value is final or the last listener leaves.
 */
export class QuestionWatch<T> {
  readonly #options: QuestionWatchOptions<T>
  readonly #listeners = new Set<WatchListener<T>>()
  readonly #throttle: Throttle
  readonly #due: DueTimer
  #unsubscribe: (() => void) | undefined
  #value: T
  #evaluatedAt: Seconds
  #open: boolean

  /** Evaluates once; throws what that throws. */
  constructor(options: QuestionWatchOptions<T>) {
    const { evaluate, subscribe, clock, loadClock, gapSeconds } = options
    this.#options = options
    this.#evaluatedAt = clock.now()
    const { value, recheckAt, final } = evaluate(this.#evaluatedAt, false)
    this.#value = value
    this.#open = !final
    this.#throttle = new Throttle(loadClock, gapSeconds, () => this.evaluate())
    this.#due = new DueTimer(clock, () => this.evaluate())
    if (final) return
    this.#unsubscribe = subscribe(() => this.#throttle.request())
    this.#due.set(recheckAt)
  }

  /** The value at the last evaluation. */
  get value(): T {
    return this.#value
  }

  /** False once the value is final, an evaluation threw, or the last listener left. */
  get open(): boolean {
    return this.#open
  }

  /** Calls back after each evaluation from now on; returns how to stop. */
  listen(listener: WatchListener<T>): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#close()
    }
  }

  /** Evaluates when the value is at least this old, seconds. */
  refresh(maxAgeSeconds: Seconds): void {
    if (this.#options.clock.now() - this.#evaluatedAt >= maxAgeSeconds) this.evaluate()
  }

  /** Evaluates now, unless the watch is closed. */
  evaluate(): void {
    if (!this.#open) return
    const now = this.#options.clock.now()
    try {
      const { value, recheckAt, final } = this.#options.evaluate(now, this.#due.isLate(now))
      this.#value = value
      this.#evaluatedAt = now
      if (final) this.#close()
      else this.#due.set(recheckAt)
    } catch (error) {
      this.#close()
      for (const { onError } of [...this.#listeners]) onError(error)
      return
    }
    for (const { onValue } of [...this.#listeners]) onValue(this.#value)
  }

  #close(): void {
    if (!this.#open) return
    this.#open = false
    this.#unsubscribe?.()
    this.#throttle.stop()
    this.#due.stop()
    this.#options.onClose()
  }
}
