import { isObject } from '../json.ts'
import { badRequest } from '../store/api-status.ts'

/** Where a paged list goes on. */
export interface ContinueToken {
  /** The snapshot that the list shows; -1: whatever is there now. */
  readonly resourceVersion: number
  /** Keys up to this one were shown. */
  readonly after: string
}

export function encodeToken({ resourceVersion, after }: ContinueToken): string {
  const token = { v: 'meta.k8s.io/v1', rv: resourceVersion, start: `${after}\u0000` }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

/** Throws an ApiStatus (400) when the token is none of ours. */
export function decodeToken(token: string): ContinueToken {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (isObject(value) && typeof value.rv === 'number' && typeof value.start === 'string') {
      return { resourceVersion: value.rv, after: value.start.replace(/\0$/, '') }
    }
  } catch (cause) {
    throw badRequest(`invalid continue token: continue key is not valid: ${String(cause)}`)
  }
  throw badRequest('invalid continue token: continue key is not valid: no resource version or start key')
}
