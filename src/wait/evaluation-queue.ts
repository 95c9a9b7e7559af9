import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'

/** How long evaluations run before others get their turn, seconds. */
const SLICE_SECONDS = 0.004

/**
 * Runs evaluations one after the other, each requested one once. After a slice of work it rests for as long as the slice
 * took: however many questions wait, and however wide they are, evaluations take at most half of the time, and nobody else
 * waits for longer than a slice or one evaluation.
 */
export class EvaluationQueue {
  readonly #clock: Clock
  readonly #pending = new Set<() => void>()
  #sliceStarted: Seconds | null = null
  #resting = false

  /** `clock`: the machine's time. */
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs the evaluation at once when there is time, else in its turn. */
  add(evaluate: () => void): void {
    this.#pending.add(evaluate)
    if (!this.#resting) this.#run()
  }

  remove(evaluate: () => void): void {
    this.#pending.delete(evaluate)
  }

  #run(): void {
    // An evaluation may request others.
    if (this.#sliceStarted !== null) return
    const started = this.#clock.now()
    this.#sliceStarted = started
    let spent = 0
    for (const evaluate of this.#pending) {
      this.#pending.delete(evaluate)
      evaluate()
      spent = this.#clock.now() - started
      if (spent >= SLICE_SECONDS) break
    }
    this.#sliceStarted = null
    this.#resting = spent >= SLICE_SECONDS
    if (this.#resting) this.#clock.schedule(spent, () => this.#resume())
  }

  #resume(): void {
    this.#resting = false
    this.#run()
  }
}
