import type { Clock } from '../lib/schedule.ts'
import { Throttle } from '../lib/throttle.ts'
import type { Dependencies } from '../model/dependencies.ts'
import type { Seconds } from '../model/meta.ts'
import { DueTimer } from './due-timer.ts'
import type { EvaluationQueue } from './evaluation-queue.ts'
import type { TrackedView } from './tracked-view.ts'

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
  /** Runs the evaluations of all watches. */
  readonly queue: EvaluationQueue
}

/** What a watch is made of. */
export interface QuestionWatchOptions<T> extends WatchTiming {
  readonly evaluate: Evaluate<T>
  /** What the evaluation reads: it is repeated when that has changed. */
  readonly view: Pick<TrackedView, 'track' | 'onChange'>
  readonly onClose: () => void
}

/** Minimum time between two evaluations of one question that changes cause, seconds. */
const GAP_SECONDS = 0.02

/**
 * Keeps the value of one question current for all who wait for it. It evaluates after changes that concern the question
 * (throttled), and when time alone may change the value. It closes itself when the value is final or the last listener leaves.
 */
export class QuestionWatch<T> {
  readonly #options: QuestionWatchOptions<T>
  readonly #listeners = new Set<WatchListener<T>>()
  readonly #throttle: Throttle
  readonly #due: DueTimer
  #dependencies: Dependencies | null = null
  #unsubscribe: (() => void) | undefined
  #value: T
  #evaluatedAt: Seconds
  #open: boolean

  /** Evaluates once; throws what that throws. */
  constructor(options: QuestionWatchOptions<T>) {
    const { evaluate, view, clock, loadClock, queue } = options
    this.#options = options
    this.#evaluatedAt = clock.now()
    const { value: reading, dependencies } = view.track(() => evaluate(this.#evaluatedAt, false))
    this.#value = reading.value
    this.#open = !reading.final
    this.#throttle = new Throttle(loadClock, GAP_SECONDS, () => queue.add(this.#evaluate))
    this.#due = new DueTimer(clock, () => queue.add(this.#evaluate))
    if (reading.final) return
    this.#follow(dependencies)
    this.#due.set(reading.recheckAt)
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
      const { view, evaluate } = this.#options
      const { value: reading, dependencies } = view.track(() => evaluate(now, this.#due.isLate(now)))
      this.#value = reading.value
      this.#evaluatedAt = now
      if (reading.final) this.#close()
      else {
        this.#follow(dependencies)
        this.#due.set(reading.recheckAt)
      }
    } catch (error) {
      this.#close()
      for (const { onError } of [...this.#listeners]) onError(error)
      return
    }
    for (const { onValue } of [...this.#listeners]) onValue(this.#value)
  }

  readonly #evaluate = (): void => this.evaluate()

  readonly #onChange = (): void => this.#throttle.request()

  #follow(dependencies: Dependencies): void {
    if (this.#dependencies !== null && isEqual(dependencies, this.#dependencies)) return
    this.#unsubscribe?.()
    this.#dependencies = dependencies
    this.#unsubscribe = this.#options.view.onChange(dependencies, this.#onChange)
  }

  #close(): void {
    if (!this.#open) return
    this.#open = false
    this.#options.queue.remove(this.#evaluate)
    this.#unsubscribe?.()
    this.#throttle.stop()
    this.#due.stop()
    this.#options.onClose()
  }
}

function isEqual(one: Dependencies, other: Dependencies): boolean {
  if (one.size !== other.size) return false
  for (const key of one) if (!other.has(key)) return false
  return true
}
