import { ApiStatusError, ConnectionError, IdleWatchError } from '../client/errors.ts'
import { DecodeError } from '../decode/decode-error.ts'

/** Why a watch was started again; the values of the metric's label. */
export type RestartReason =
  | 'timeout'
  | 'expired'
  | 'connection'
  | 'idle'
  | 'decode'
  | 'throttled'
  | 'unauthorized'
  | 'forbidden'
  | 'absent'
  | 'server'

/** What a failure means for a watch. */
export interface Failure {
  readonly reason: RestartReason
  /** The objects must be listed again: resuming from the last version is not possible. */
  readonly relist: boolean
  /** Seconds that the server asked to wait. */
  readonly retryAfterSeconds: number
  /** When the connection was last known to live; null: until now. */
  readonly lastHeard: number | null
}

const HTTP_REASONS: Readonly<Record<number, RestartReason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'absent',
  410: 'expired',
  429: 'throttled',
}

/** Judges whatever was thrown. `idleSince` is when the watch's last byte came. */
export function classifyFailure(error: unknown, idleSince: number | null): Failure {
  if (error instanceof ApiStatusError) {
    const reason = HTTP_REASONS[error.status] ?? 'server'
    const relist = reason === 'expired' || reason === 'absent' || reason === 'forbidden'
    return { reason, relist, retryAfterSeconds: error.retryAfterSeconds ?? 0, lastHeard: null }
  }
  if (error instanceof DecodeError)
    return { reason: 'decode', relist: true, retryAfterSeconds: 0, lastHeard: null }
  if (error instanceof IdleWatchError)
    return { reason: 'idle', relist: false, retryAfterSeconds: 0, lastHeard: idleSince }
  return { reason: 'connection', relist: false, retryAfterSeconds: 0, lastHeard: findLastHeard(error) }
}

/** A lost connection may be wrapped by the stream that it ended. */
function findLastHeard(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ConnectionError && cause.lastHeard !== null) return cause.lastHeard
  }
  return null
}
