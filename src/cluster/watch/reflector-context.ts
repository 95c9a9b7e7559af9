import type { Identity, Seconds } from '../../model/meta.ts'
import type { WatchState } from '../../model/watch-state.ts'
import type { WatchEvent } from '../decode/codec.ts'
import type { RestartReason } from './failure.ts'

/** Where the objects go. */
export interface ReflectorSink<R extends Identity> {
  /** The object is like this now. Told again and again for objects that did not change. */
  upsert(record: R): void
  remove(record: R): void
  /** A list is complete: objects with other UIDs are gone. */
  retain(uids: ReadonlySet<string>): void
  state(state: WatchState): void
}

/** What the reflector tells about its own work. */
export interface ReflectorObserver {
  restarted(reason: RestartReason, error: unknown): void
  event(type: WatchEvent<unknown>['type']): void
  listed(seconds: number): void
}

/** Timing of a reflector; tests shorten it. */
export interface ReflectorTiming {
  /**
   * A watch without a byte or a bookmark for so long is begun anew, where nothing else proves that its connection lives
   * (HTTP/2 PINGs do; some API servers send no bookmarks on quiet watches).
   */
  readonly idleSeconds: number
  /** ... and the new one must answer within so long, else the objects count as old since the last byte. */
  readonly doubtSeconds: number
  /**
   * A resumed watch brings what was missed at once, or the error that it cannot; but it does not say when it has. Only
   * after so long, or with a bookmark, are the objects taken to be right again.
   */
  readonly catchUpSeconds: number
  /** How often a resource that the API server doesn't have is asked for. */
  readonly absentSeconds: number
  /** A watch that worked for so long makes the next failure's back-off start over. */
  readonly healthySeconds: number
}

export const DEFAULT_TIMING: ReflectorTiming = {
  idleSeconds: 90,
  doubtSeconds: 5,
  catchUpSeconds: 2,
  absentSeconds: 10,
  healthySeconds: 120,
}

/** What a reflector needs of its surroundings. */
export interface ReflectorContext {
  readonly now: () => Seconds
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly timing: ReflectorTiming
}
