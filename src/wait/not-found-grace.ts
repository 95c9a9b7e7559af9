import type { Clock } from '../lib/schedule.ts'
import type { NotFoundError } from '../question/not-found-error.ts'
import { type AskedQuestion, type Attempt, readAttempt } from './attempt.ts'
import { type Step, Waiter, type WaitPolicy } from './waiter.ts'
import type { WatchTable } from './watch-table.ts'

/** How long an unknown target is waited for, seconds: Argo asks within 30 ms of creating a ReplicaSet, before any watch knows it. */
const GRACE_SECONDS = 1
/** Questions in their grace at once; a flood of wrong names must not fill the memory. Further ones fail at once. */
export const MAX_IN_GRACE = 1000

/** An attempt that found the target. */
export type Found = Exclude<Attempt, { readonly type: 'not-found' }>

/** Waits a moment for a target that is not there: it may have been created just now. */
export class NotFoundGrace {
  readonly #watches: WatchTable<Attempt>
  readonly #clock: Clock
  #waiting = 0

  constructor(watches: WatchTable<Attempt>, clock: Clock) {
    this.#watches = watches
    this.#clock = clock
  }

  /** The first attempt that finds the target. Throws the NotFoundError of the first attempt when none does in time. */
  async find(asked: AskedQuestion): Promise<Found> {
    const first = asked.attempt()
    if (first.type !== 'not-found') return first
    if (this.#waiting >= MAX_IN_GRACE) throw first.error
    this.#waiting += 1
    try {
      const open = () => this.#watches.open(asked.key(), asked.question, () => () => readAttempt(asked))
      const { schedule } = this.#clock
      return await new Waiter(new UntilFound(first.error), { open, schedule }).start()
    } finally {
      this.#waiting -= 1
    }
  }
}

/** Satisfied as soon as the target is found. */
class UntilFound implements WaitPolicy<Attempt, Found> {
  readonly timeoutSeconds = GRACE_SECONDS
  readonly maxAgeSeconds = { timeout: 0, released: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY }
  readonly #error: NotFoundError

  constructor(error: NotFoundError) {
    this.#error = error
  }

  consider(attempt: Attempt): Step<Found> {
    return attempt.type === 'not-found' ? { type: 'wait' } : { type: 'done', result: attempt }
  }

  conclude(): Found {
    throw this.#error
  }
}
