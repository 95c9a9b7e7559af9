import type { Seconds } from '../../model/meta.ts'
import type { WatchState } from '../../model/watch-state.ts'
import type { ReflectorContext } from './reflector-context.ts'

/**
 * That a watch can't be resumed is said first of all in its stream, if late when the API server is busy. One that has gone on
 * for so many times its catch-up without that is proven: on quiet watches some API servers send no bookmarks at all.
 */
const CATCH_UPS_TO_PROVE = 10
/** A timer that rings so much later, seconds, rings in a process that stood still, before it reads its sockets. */
const LATE_SECONDS = 1

/** Knows whether the objects of one watch are right, and tells it. */
export class SyncState {
  readonly #tell: (state: WatchState) => void
  readonly #context: ReflectorContext
  /** They were complete once, and nothing has refused them since. */
  #synced = false
  /** Since when the present watch works; null while it doesn't. */
  #workingSince: Seconds | null = null
  #doubt: NodeJS.Timeout | undefined
  /** Since when the objects are in doubt; null: they are not, or the next watch has answered. */
  #doubtedSince: Seconds | null = null
  /** Until when the objects were right as far as was proven; counts while the present watch is not. */
  #rightUntil: Seconds = Number.POSITIVE_INFINITY
  /** From when on the present watch is proven to bring all changes; Infinity while there is none. */
  #provenFrom: Seconds = Number.POSITIVE_INFINITY
  /** Runs while a resumed watch may not have brought all that was missed. */
  #catchUp: NodeJS.Timeout | undefined

  constructor(tell: (state: WatchState) => void, context: ReflectorContext) {
    this.#tell = tell
    this.#context = context
  }

  /** The objects are complete, and what changes will be heard. */
  working(): void {
    this.#provenFrom = this.#context.now()
    this.#trusted()
  }

  /** The objects were listed from `since` on, and a watch from there has begun: it may yet end as it can't go on from there. */
  listed(since: Seconds): void {
    this.#rightUntil = since
    this.#begun()
    this.#trusted()
  }

  /** For how long the present watch has worked; 0 when it does not. */
  workingSeconds(now: Seconds): Seconds {
    return this.#workingSince === null ? 0 : now - this.#workingSince
  }

  /** The present watch has failed; the objects were right at `since` if it was proven. */
  broken(since: Seconds): void {
    // Only the first failure tells until when they were.
    if (!this.#synced || this.#workingSince === null) return
    this.#rightUntil = this.#provenSince(since)
    this.#tell({ type: 'broken', since: this.#rightUntil })
  }

  /** Nothing was heard, which need not mean anything: only when the next watch does not answer are the objects in doubt. */
  doubted(since: Seconds): void {
    if (!this.#synced) return
    this.#rightUntil = this.#provenSince(since)
    this.#startDoubt(this.#rightUntil)
    this.#doubtedSince = this.#rightUntil
  }

  /** A watch was resumed: until it is known to have caught up, the objects are as old as they were. */
  resumed(): void {
    // It has answered in time, if late: once it may have as long again to catch up.
    if (this.#doubtedSince !== null) this.#startDoubt(this.#doubtedSince)
    this.#doubtedSince = null
    this.#begun()
    this.#awaitCatchUp()
  }

  /** An event comes from where the watch was resumed, and those after it soon. */
  changed(): void {
    this.#provenFrom = Math.min(this.#provenFrom, this.#context.now() + this.#context.timing.catchUpSeconds)
  }

  /** A bookmark comes behind all that a resumed watch had to bring. */
  bookmarked(): void {
    if (this.#catchUp !== undefined) this.working()
    else if (this.#workingSince !== null) this.#provenFrom = Math.min(this.#provenFrom, this.#context.now())
  }

  /** The API server does not show the objects, or has none. */
  refused(type: 'absent' | 'forbidden'): void {
    this.#endDoubt()
    this.#synced = false
    this.#tell({ type })
  }

  /** The present watch has ended, one way or another. */
  ended(): void {
    this.#workingSince = null
    this.#provenFrom = Number.POSITIVE_INFINITY
    this.#endCatchUp()
  }

  /** There will be no other watch. */
  stop(): void {
    this.ended()
    this.#endDoubt()
  }

  #begun(): void {
    this.#provenFrom = this.#context.now() + CATCH_UPS_TO_PROVE * this.#context.timing.catchUpSeconds
  }

  #trusted(): void {
    this.#endCatchUp()
    this.#endDoubt()
    this.#synced = true
    this.#workingSince = this.#context.now()
    this.#tell({ type: 'working' })
  }

  /** Until when the objects were right, when a watch fails that was last heard at `since`. */
  #provenSince(since: Seconds): Seconds {
    return this.#context.now() < this.#provenFrom ? Math.min(since, this.#rightUntil) : since
  }

  #awaitCatchUp(): void {
    const { catchUpSeconds } = this.#context.timing
    const latest = this.#context.now() + catchUpSeconds + LATE_SECONDS
    const caughtUp = (): void => {
      if (this.#context.now() > latest) this.#awaitCatchUp()
      else this.#trusted()
    }
    this.#catchUp = setTimeout(caughtUp, catchUpSeconds * 1000)
    this.#catchUp.unref()
  }

  #startDoubt(since: Seconds): void {
    clearTimeout(this.#doubt)
    const expired = (): void => this.#tell({ type: 'broken', since })
    this.#doubt = setTimeout(expired, this.#context.timing.doubtSeconds * 1000)
    this.#doubt.unref()
  }

  #endDoubt(): void {
    clearTimeout(this.#doubt)
    this.#doubtedSince = null
  }

  #endCatchUp(): void {
    clearTimeout(this.#catchUp)
    this.#catchUp = undefined
  }
}
