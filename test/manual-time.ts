import type { Clock, Schedule } from '../src/lib/schedule.ts'

/** A clock that stands still until it is moved, with the timers that go with it. */
export class ManualTime implements Clock {
  #now = Math.floor(Date.now() / 1000)
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>()

  readonly now = (): number => this.#now

  readonly schedule: Schedule = (seconds, callback) => {
    const entry = { at: this.#now + seconds, callback }
    this.#timers.add(entry)
    return () => this.#timers.delete(entry)
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves on; timers that become due fire in their order. */
  advance(seconds: number): void {
    const end = this.#now + seconds
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = end
  }

  /** Time passes while something runs: no timer fires meanwhile. */
  spend(seconds: number): void {
    this.#now += seconds
  }

  /** As if the process was stopped for that time: timers fire late, and before anything is received. */
  stall(seconds: number): void {
    this.#now += seconds
    this.advance(0)
  }
}
