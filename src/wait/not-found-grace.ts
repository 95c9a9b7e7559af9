import type { Clock } from '../lib/schedule.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import { type AskedQuestion, type Attempt, openWatch } from './attempt.ts'
import { Waiter, type WaitPolicy } from './waiter.ts'
import type { WatchTable } from './watch-table.ts'

/** How long to wait for an unknown target, seconds: Argo asks within 30 ms of creating a ReplicaSet, before any watch delivers it. */
const GRACE_SECONDS = 1
/** Questions in their grace at once; a flood of wrong names must not fill the memory. Further ones fail at once. */
export const MAX_IN_GRACE = 1000

/** An attempt that found the target. */
export type Found = Exclude<Attempt, NotFoundError>

/** Waits a moment for a target that does not exist yet: it may just have been created. */
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
    if (!(first instanceof NotFoundError)) return first
    if (this.#waiting >= MAX_IN_GRACE) throw first
    this.#waiting += 1
    try {
      const open = () => openWatch(asked, this.#watches)
      return await new Waiter(untilFound(first), { open, schedule: this.#clock.schedule }).start()
    } finally {
      this.#waiting -= 1
    }
  }
}

/** Satisfied as soon as the target is found. */
function untilFound(first: NotFoundError): WaitPolicy<Attempt, Found> {
  return {
    timeoutSeconds: GRACE_SECONDS,
    maxAgeSeconds: { timeout: 0, released: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY },
    consider: (attempt) => (attempt instanceof NotFoundError ? 'wait' : { result: attempt }),
    conclude: () => {
      throw first
    },
  }
}
