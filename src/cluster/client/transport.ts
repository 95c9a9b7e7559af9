import type { Readable } from 'node:stream'
import { ConnectionError } from './errors.ts'

/** A request to the API server: a GET, unless it writes. */
export interface ApiRequest {
  /** Path and query. */
  readonly path: string
  readonly accept: string
  /** What is written, as JSON: created by POST or replaced by PUT. */
  readonly write?: { readonly method: 'POST' | 'PUT'; readonly body: string }
  /** Ends the request and its body. */
  readonly signal: AbortSignal
}

export interface ApiResponse {
  readonly status: number
  readonly contentType: string
  /** The Retry-After header in seconds, when there is one in that form. */
  readonly retryAfterSeconds: number | null
  /** Must be read to its end or destroyed. */
  readonly body: Readable
  /** When the connection under it was last known to live, seconds since the epoch; null where only the body shows it. */
  lastHeard(): number | null
}

/** Headers by their names in lower case; a list is sent as one header each. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[]>>

/**
 * The same, for Node, which wants lists that it may change, and writes each character as one byte. Throws a ConnectionError
 * for a value that no header may have: HTTP/2 servers leave such a header out, and without Impersonate-User the request
 * would be somebody else's.
 */
export function nodeHeaders(headers: RequestHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const encode = (one: string): string => encodeValue(name, one)
      return [name, typeof value === 'string' ? encode(value) : value.map(encode)]
    }),
  )
}

function encodeValue(name: string, value: string): string {
  if (/[^\P{Cc}\t]/u.test(value))
    throw new ConnectionError(`the header ${name} would have a control character, such as a line end`)
  return Buffer.from(value).toString('latin1')
}

/** Something that speaks HTTP to one API server. */
export interface Transport {
  /** Resolves with the response's head. Rejects with a ConnectionError. */
  request(request: ApiRequest, headers: RequestHeaders): Promise<ApiResponse>
  /** False once it can take no further request. */
  readonly usable: boolean
  /** Takes no further request; those that run go on to their end. */
  retire(): void
  /** Ends all requests. */
  close(): void
}

/** How long the head of an answer may take: a LIST of a large cluster on a busy server takes tens of seconds. */
export const RESPONSE_TIMEOUT_MS = 60_000

export function retryAfter(value: string | undefined): number | null {
  const seconds = Number(value)
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : null
}
