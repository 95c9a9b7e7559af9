import type { Seconds } from '../model/meta.ts'
import type { WatchState } from '../model/watch-state.ts'
import type { ReflectorContext } from './reflector-context.ts'

/** Knows whether the objects of one watch are right, and tells it. */
export class Trust {
  readonly #tell: (state: WatchState) => void
  readonly #context: ReflectorContext
  /** They were complete once, and nothing has refused them since. */
  #synced = false
  /** Since when the present watch works; null while it doesn't. */
  #workingSince: Seconds | null = null
  #doubt: NodeJS.Timeout | undefined
  /** Since when the objects are in doubt; null: they are not, or the next watch has answered. */
  #doubtedSince: Seconds | null = null
  /** Runs while a resumed watch may not have brought all that was missed. */
  #catchUp: NodeJS.Timeout | undefined

  constructor(tell: (state: WatchState) => void, context: ReflectorContext) {
    this.#tell = tell
    this.#context = context
  }

  /** The objects are complete, and what changes will be heard. */
  working(): void {
    this.#endCatchUp()
    this.#endDoubt()
    this.#synced = true
    this.#workingSince = this.#context.now()
    this.#tell({ type: 'working' })
  }

  /** For how long the present watch has worked; 0 when it does not. */
  workingSeconds(now: Seconds): Seconds {
    return this.#workingSince === null ? 0 : now - this.#workingSince
  }

  /** The present watch has failed; the objects were right at `since`. */
  broken(since: Seconds): void {
    // Only the first failure tells until when they were.
    if (this.#synced && this.#workingSince !== null) this.#tell({ type: 'broken', since })
  }

  /** Nothing was heard, which need not mean anything: only when the next watch does not answer are the objects in doubt. */
  doubted(since: Seconds): void {
    if (!this.#synced) return
    this.#startDoubt(since)
    this.#doubtedSince = since
  }

  /** A watch was resumed: until it is known to have caught up, the objects are as old as they were. */
  resumed(): void {
    // It has answered in time, if late: once it may have as long again to catch up.
    if (this.#doubtedSince !== null) this.#startDoubt(this.#doubtedSince)
    this.#doubtedSince = null
    this.#catchUp = setTimeout(() => this.working(), this.#context.timing.catchUpSeconds * 1000)
    this.#catchUp.unref()
  }

  /** A bookmark comes behind all that a resumed watch had to bring. */
  bookmarked(): void {
    if (this.#catchUp !== undefined) this.working()
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
    this.#endCatchUp()
  }

  /** There will be no other watch. */
  stop(): void {
    this.ended()
    this.#endDoubt()
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
