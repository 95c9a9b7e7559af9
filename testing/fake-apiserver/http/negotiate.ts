import { ApiStatus } from '../store/api-status.ts'
import type { Encoding } from '../store/encoding.ts'

/** Media types of answers. */
export const MEDIA: Record<Encoding, string> = {
  json: 'application/json',
  protobuf: 'application/vnd.kubernetes.protobuf',
}

/** Media types of watches. */
export const WATCH_MEDIA: Record<Encoding, string> = {
  json: 'application/json',
  protobuf: 'application/vnd.kubernetes.protobuf;stream=watch',
}

/**
 * The encoding that an Accept header asks for: the first clause that can be served. Throws an ApiStatus (406) when none
 * can be, as for a custom resource in protobuf alone.
 */
export function negotiate(accept: string, hasProtobuf: boolean): Encoding {
  const clauses = accept.split(',').map((clause) => clause.trim())
  for (const clause of accept === '' ? ['*/*'] : clauses) {
    const [media = '', ...parameters] = clause.split(';').map((part) => part.trim())
    // `as=Table` and the like are forms that are not served here; clients name the plain one next.
    if (parameters.some((parameter) => parameter.startsWith('as='))) continue
    if (media === '*/*' || media === 'application/*' || media === MEDIA.json) return 'json'
    if (media === MEDIA.protobuf && hasProtobuf) return 'protobuf'
  }
  const served = hasProtobuf ? [MEDIA.json, MEDIA.protobuf, WATCH_MEDIA.protobuf] : [MEDIA.json]
  const message = `406: Not Acceptable\n\nAvailable representations: ${served.join(', ')}`
  throw new ApiStatus(406, 'NotAcceptable', message, {})
}

/** The encoding for an error: what was asked for if that can be, else JSON. */
export function errorEncoding(accept: string): Encoding {
  return accept.trimStart().startsWith(MEDIA.protobuf) ? 'protobuf' : 'json'
}
