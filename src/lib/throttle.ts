import type { Clock } from './schedule.ts'

/** Runs a task at once when it is requested, but never twice within a gap: requests meanwhile become one run at its end. */
export class Throttle {
  readonly #clock: Clock
  readonly #gapSeconds: number
  readonly #task: () => void
  #cancel: (() => void) | undefined
  #ranAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, gapSeconds: number, task: () => void) {
    this.#clock = clock
    this.#gapSeconds = gapSeconds
    this.#task = task
  }

  request(): void {
    if (this.#cancel !== undefined) return
    const wait = this.#ranAt + this.#gapSeconds - this.#clock.now()
    if (wait <= 0) this.#run()
    else this.#cancel = this.#clock.schedule(wait, () => this.#run())
  }

  /** Drops the run that is due, if any. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #run(): void {
    this.stop()
    this.#ranAt = this.#clock.now()
    this.#task()
  }
}
