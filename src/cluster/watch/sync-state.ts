import type { Seconds } from '../../model/meta.ts'
import type { WatchState } from '../../model/watch-state.ts'
import type { ReflectorContext } from './reflector-context.ts'

/**
 * A watch that cannot be resumed says so before anything else, but a busy API server may say it late. A resumed watch that
 * has gone on for this many catch-up times without such an error counts as complete: on quiet watches some API servers send
 * no bookmarks at all.
 */
const CATCH_UPS_UNTIL_COMPLETE = 10
/** A timer that fires this much too late, seconds, fires in a process that was suspended, before it reads its sockets. */
const SUSPENDED_SECONDS = 1

/** Decides from what happens to one watch whether the objects that it brought are right, and reports each change. */
export class SyncState {
  readonly #report: (state: WatchState) => void
  readonly #context: ReflectorContext
  /** The objects were complete once, and the API server has not refused them since. */
  #synced = false
  /** Since when the present watch works; null while it does not. */
  #workingSince: Seconds | null = null
  /** Runs while an idle watch is replaced. */
  #replacement: NodeJS.Timeout | undefined
  /** When the objects of the idle watch were last right; null when no watch is being replaced. */
  #idleSince: Seconds | null = null
  /** When the objects were last known to be right; used while the present watch is not known to be complete. */
  #rightUntil: Seconds = Number.POSITIVE_INFINITY
  /** From when on the present watch is known to bring all changes; Infinity while there is none. */
  #completeFrom: Seconds = Number.POSITIVE_INFINITY
  /** Runs while a resumed watch may not have brought all that was missed. */
  #catchUp: NodeJS.Timeout | undefined

  constructor(report: (state: WatchState) => void, context: ReflectorContext) {
    this.#report = report
    this.#context = context
  }

  /** The objects are complete, and the watch brings what changes. */
  onSynced(): void {
    this.#completeFrom = this.#context.now()
    this.#setWorking()
  }

  /** The objects were listed from `since` on, and a watch from there has begun; it may still end because it cannot resume there. */
  onListed(since: Seconds): void {
    this.#rightUntil = since
    this.#expectCompletion()
    this.#setWorking()
  }

  /** For how many seconds the present watch has worked; 0 when it does not. */
  workingSeconds(now: Seconds): Seconds {
    return this.#workingSince === null ? 0 : now - this.#workingSince
  }

  /** The present watch has failed; the objects were right at `since` if the watch was complete. */
  onBroken(since: Seconds): void {
    // Only the first failure says until when the objects were right.
    if (!this.#synced || this.#workingSince === null) return
    this.#rightUntil = this.#lastRight(since)
    this.#report({ type: 'broken', since: this.#rightUntil })
  }

  /** Nothing was heard, which need not mean anything: the objects are old only if the next watch does not answer either. */
  onIdle(since: Seconds): void {
    if (!this.#synced) return
    this.#rightUntil = this.#lastRight(since)
    this.#awaitReplacement(this.#rightUntil)
    this.#idleSince = this.#rightUntil
  }

  /** A watch was resumed: until it is known to have caught up, the objects are as old as before. */
  onResumed(): void {
    // The replacement has answered in time, if late: once, it gets the same time again to catch up.
    if (this.#idleSince !== null) this.#awaitReplacement(this.#idleSince)
    this.#idleSince = null
    this.#expectCompletion()
    this.#awaitCatchUp()
  }

  /** An event comes from where the watch was resumed; the rest of what was missed follows soon. */
  onEvent(): void {
    const { catchUpSeconds } = this.#context.timing
    this.#completeFrom = Math.min(this.#completeFrom, this.#context.now() + catchUpSeconds)
  }

  /** A bookmark comes after all that a resumed watch had to bring. */
  onBookmark(): void {
    if (this.#catchUp !== undefined) this.onSynced()
    else if (this.#workingSince !== null)
      this.#completeFrom = Math.min(this.#completeFrom, this.#context.now())
  }

  /** The API server does not show the objects, or does not serve the resource. */
  onRefused(type: 'absent' | 'forbidden'): void {
    this.#endReplacement()
    this.#synced = false
    this.#report({ type })
  }

  /** The present watch has ended, one way or another. */
  onEnded(): void {
    this.#workingSince = null
    this.#completeFrom = Number.POSITIVE_INFINITY
    this.#endCatchUp()
  }

  /** There will be no other watch. */
  stop(): void {
    this.onEnded()
    this.#endReplacement()
  }

  #expectCompletion(): void {
    const { catchUpSeconds } = this.#context.timing
    this.#completeFrom = this.#context.now() + CATCH_UPS_UNTIL_COMPLETE * catchUpSeconds
  }

  #setWorking(): void {
    this.#endCatchUp()
    this.#endReplacement()
    this.#synced = true
    this.#workingSince = this.#context.now()
    this.#report({ type: 'working' })
  }

  /** When the objects were last right, if a watch fails that was last heard from at `since`. */
  #lastRight(since: Seconds): Seconds {
    return this.#context.now() < this.#completeFrom ? Math.min(since, this.#rightUntil) : since
  }

  #awaitCatchUp(): void {
    const { catchUpSeconds } = this.#context.timing
    const latest = this.#context.now() + catchUpSeconds + SUSPENDED_SECONDS
    const caughtUp = (): void => {
      if (this.#context.now() > latest) this.#awaitCatchUp()
      else this.#setWorking()
    }
    this.#catchUp = setTimeout(caughtUp, catchUpSeconds * 1000)
    this.#catchUp.unref()
  }

  #awaitReplacement(since: Seconds): void {
    clearTimeout(this.#replacement)
    const expired = (): void => this.#report({ type: 'broken', since })
    this.#replacement = setTimeout(expired, this.#context.timing.replaceSeconds * 1000)
    this.#replacement.unref()
  }

  #endReplacement(): void {
    clearTimeout(this.#replacement)
    this.#idleSince = null
  }

  #endCatchUp(): void {
    clearTimeout(this.#catchUp)
    this.#catchUp = undefined
  }
}
