import type { Identity, Seconds } from '../../model/meta.ts'
import type { WatchState } from '../../model/watch-state.ts'
import type { WatchEvent } from '../decode/codec.ts'
import type { RestartReason } from './failure.ts'

/** Where the objects go. */
export interface ReflectorSink<R extends Identity> {
  /** The object is like this now. Called again for objects that did not change. */
  upsert(record: R): void
  remove(record: R): void
  /** A list is complete: objects with other UIDs are gone. */
  retain(uids: ReadonlySet<string>): void
  state(state: WatchState): void
}

/** Hears how the reflector works. */
export interface ReflectorObserver {
  restarted(reason: RestartReason, error: unknown): void
  event(type: WatchEvent<unknown>['type']): void
  listed(seconds: number): void
}

/** Timing of a reflector; tests shorten it. */
export interface ReflectorTiming {
  /**
   * After this time without a byte a watch is replaced, where nothing else shows that its connection lives (HTTP/2 PINGs
   * do; some API servers send no bookmarks on quiet watches).
   */
  readonly idleSeconds: number
  /** The replacement must answer within this time, else the objects count as old since the last byte. */
  readonly replaceSeconds: number
  /**
   * A resumed watch brings at once what was missed, or the error that it cannot, but it does not say when it is done. The
   * objects count as right again after this time, or at a bookmark.
   */
  readonly catchUpSeconds: number
  /** Between two requests for a resource that the API server does not serve. */
  readonly absentSeconds: number
  /** After a watch has worked for this time, the next failure's back-off starts over. */
  readonly healthySeconds: number
}

export const DEFAULT_TIMING: ReflectorTiming = {
  idleSeconds: 90,
  replaceSeconds: 5,
  catchUpSeconds: 2,
  absentSeconds: 10,
  healthySeconds: 120,
}

/** What a reflector needs besides its watch and its sink. */
export interface ReflectorContext {
  readonly now: () => Seconds
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly timing: ReflectorTiming
}
