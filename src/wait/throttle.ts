/**
 * Runs a task at once when it is asked for, but not again within a gap: what is asked for meanwhile is done once, at its
 * end. The gap is about this process's load, not about the cluster's time, so it goes by the machine's own clock.
 */
export class Throttle {
  readonly #gapMs: () => number
  readonly #task: () => void
  #timer: NodeJS.Timeout | undefined
  #ranAt = Number.NEGATIVE_INFINITY

  constructor(gapMs: () => number, task: () => void) {
    this.#gapMs = gapMs
    this.#task = task
  }

  request(): void {
    if (this.#timer !== undefined) return
    const wait = this.#ranAt + this.#gapMs() - performance.now()
    if (wait <= 0) this.#run()
    else this.#timer = setTimeout(() => this.#run(), wait)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #run(): void {
    this.stop()
    this.#ranAt = performance.now()
    this.#task()
  }
}
