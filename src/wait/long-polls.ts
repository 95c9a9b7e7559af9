import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import { type AskedQuestion, type Attempt, type Evaluated, readAttempt, unwrapAttempt } from './attempt.ts'
import { type Step, Waiter, type WaitPolicy } from './waiter.ts'
import type { WatchTable } from './watch-table.ts'

/**
 * Holds answers (`wait=`) until their verdict is `fail`, at most a number of them: one more releases the oldest with its
 * present answer, as its client (an analysis worker of Argo) is then needed elsewhere.
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

  /** Answers that are held at present. */
  get size(): number {
    return this.#waiters.size
  }

  /** Releases all with their present answers, and holds none from now on. */
  close(): void {
    this.#closed = true
    for (const waiter of [...this.#waiters]) this.#release(waiter)
  }

  /** The first evaluation that fails, else the present one when the time is over. Throws the present error instead. */
  async hold(
    asked: AskedQuestion,
    first: Evaluated,
    seconds: Seconds,
    signal?: AbortSignal,
  ): Promise<Evaluated> {
    if (isFail(first) || seconds <= 0 || this.#closed || this.#max === 0) return first
    const [oldest] = this.#waiters
    if (oldest !== undefined && this.#waiters.size >= this.#max) this.#release(oldest)
    const open = () => this.#watches.open(asked.key(), asked.question, () => () => readAttempt(asked))
    const waiter = new Waiter(new UntilFail(seconds), { open, schedule: this.#clock.schedule, signal })
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

/** Satisfied by the first failing answer. Errors may pass while the answer is held; what counts is the end. */
class UntilFail implements WaitPolicy<Attempt, Evaluated> {
  readonly timeoutSeconds: Seconds
  /** The answer is that of the moment at which it is given, whoever else waits for the same. */
  readonly maxAgeSeconds = { timeout: 0, released: 0, left: Number.POSITIVE_INFINITY }

  constructor(timeoutSeconds: Seconds) {
    this.timeoutSeconds = timeoutSeconds
  }

  consider(attempt: Attempt): Step<Evaluated> {
    return attempt.type === 'evaluated' && isFail(attempt.evaluated)
      ? { type: 'done', result: attempt.evaluated }
      : { type: 'wait' }
  }

  conclude(attempt: Attempt): Evaluated {
    return unwrapAttempt(attempt)
  }
}

function isFail({ answer }: Evaluated): boolean {
  return answer.verdict === 'fail'
}
