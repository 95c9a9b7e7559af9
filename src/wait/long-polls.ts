import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import { type AskedQuestion, type Attempt, type Evaluated, openWatch, unwrapAttempt } from './attempt.ts'
import { Waiter, type WaitPolicy } from './waiter.ts'
import type { WatchTable } from './watch-table.ts'

/**
 * Delays answers (`wait=`) until their verdict is `fail`, a limited number of them at a time. One more releases the oldest
 * with its present answer, because its client (an analysis worker of Argo) is then needed elsewhere.
 */
export class LongPolls {
  readonly #max: number
  readonly #watches: WatchTable<Attempt>
  readonly #clock: Clock
  /** Oldest first. */
  readonly #waiters = new Set<Waiter<Attempt, Evaluated>>()
  #closed = false

  constructor(max: number, watches: WatchTable<Attempt>, clock: Clock) {
    this.#max = max
    this.#watches = watches
    this.#clock = clock
  }

  /** Number of answers that wait now. */
  get size(): number {
    return this.#waiters.size
  }

  /** Releases all with their present answers; from now on no answer waits. */
  close(): void {
    this.#closed = true
    for (const waiter of [...this.#waiters]) this.#release(waiter)
  }

  /** The first evaluation that fails, else the present one when the time is over. Throws an error that is present then. */
  async wait(
    asked: AskedQuestion,
    first: Evaluated,
    seconds: Seconds,
    signal?: AbortSignal,
  ): Promise<Evaluated> {
    if (isFail(first) || seconds <= 0 || this.#closed || this.#max === 0) return first
    const [oldest] = this.#waiters
    if (oldest !== undefined && this.#waiters.size >= this.#max) this.#release(oldest)
    const open = () => openWatch(asked, this.#watches)
    const waiter = new Waiter(untilFail(seconds), { open, schedule: this.#clock.schedule, signal })
    this.#waiters.add(waiter)
    try {
      return await waiter.start()
    } finally {
      this.#waiters.delete(waiter)
    }
  }

  #release(waiter: Waiter<Attempt, Evaluated>): void {
    this.#waiters.delete(waiter)
    waiter.stop('released')
  }
}

/** Satisfied by the first failing answer. An error may pass before the wait ends, so only one at its end counts. */
function untilFail(timeoutSeconds: Seconds): WaitPolicy<Attempt, Evaluated> {
  return {
    timeoutSeconds,
    // Each client gets the answer of its own moment, although clients share the watch.
    maxAgeSeconds: { timeout: 0, released: 0, left: Number.POSITIVE_INFINITY },
    consider: (attempt) => (!(attempt instanceof Error) && isFail(attempt) ? { result: attempt } : 'wait'),
    conclude: unwrapAttempt,
  }
}

function isFail({ answer }: Evaluated): boolean {
  return answer.verdict === 'fail'
}
