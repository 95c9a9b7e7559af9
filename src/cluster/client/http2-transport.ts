import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { ConnectionError } from './errors.ts'
import {
  type ApiRequest,
  type ApiResponse,
  nodeHeaders,
  RESPONSE_TIMEOUT_MS,
  type RequestHeaders,
  retryAfter,
  type Transport,
} from './transport.ts'

/** How a dead connection is found. */
export interface PingTiming {
  /** After this silence a PING asks whether the other side lives. */
  readonly afterMs: number
  /** How long its answer may take. */
  readonly timeoutMs: number
}

/** A dead connection is noticed within 20 s, as each may be missed by one round (client-go: 30 s and 15 s). */
export const DEFAULT_PINGS: PingTiming = { afterMs: 8_000, timeoutMs: 8_000 }

/**
 * How much may be under way without the server waiting for us, bytes. Node's 64 KiB let at most that much through in one
 * round trip; this is 300 MB/s at 50 ms. It bounds what is kept while this process is slower than the server.
 */
const STREAM_WINDOW_BYTES = 16 * 1024 * 1024
/** ... on all streams together: a list and the watches beside it. */
const SESSION_WINDOW_BYTES = 1.5 * STREAM_WINDOW_BYTES

/** One HTTP/2 session: all lists and watches share it, and PINGs show when packets vanish without an error. */
export class Http2Transport implements Transport {
  readonly #session: ClientHttp2Session
  readonly #authority: string
  readonly #now: () => number
  readonly #pings: PingTiming
  readonly #pingTimer: NodeJS.Timeout
  #lastHeard: number

  constructor(origin: string, socket: TLSSocket, now: () => number, pings: PingTiming) {
    this.#now = now
    this.#pings = pings
    this.#lastHeard = now()
    this.#authority = new URL(origin).host
    this.#session = connect(origin, {
      createConnection: () => socket,
      settings: { initialWindowSize: STREAM_WINDOW_BYTES },
    })
    this.#session.once('connect', () => this.#session.setLocalWindowSize(SESSION_WINDOW_BYTES))
    socket.on('data', () => this.#heard())
    // The streams get the error too; without a listener here it would end the process.
    this.#session.on('error', () => this.#session.destroy())
    this.#session.on('goaway', () => this.#session.close())
    this.#session.on('close', () => clearInterval(this.#pingTimer))
    this.#pingTimer = setInterval(() => this.#ping(), pings.afterMs / 2)
    this.#pingTimer.unref()
  }

  get usable(): boolean {
    return !this.#session.closed && !this.#session.destroyed
  }

  async request({ path, accept, signal, write }: ApiRequest, headers: RequestHeaders): Promise<ApiResponse> {
    const writing = write === undefined ? {} : { ':method': write.method, 'content-type': 'application/json' }
    const stream = this.#session.request(
      // Node itself leaves out the brackets of an IPv6 address.
      { ':path': path, ':authority': this.#authority, accept, ...nodeHeaders(headers), ...writing },
      { signal },
    )
    // The error reaches who waits for the head or reads the body; between the two, nothing listens for it.
    stream.on('error', () => stream.destroy())
    if (write !== undefined) stream.end(write.body)
    try {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)])
      const [head] = await once(stream, 'response', { signal: timeout })
      this.#heard()
      return this.#response(stream, head)
    } catch (cause) {
      stream.close()
      throw new ConnectionError('the API server did not answer', { cause })
    }
  }

  retire(): void {
    this.#session.close()
  }

  close(): void {
    clearInterval(this.#pingTimer)
    this.#session.destroy()
  }

  #response(body: ClientHttp2Stream, head: Readonly<Record<string, unknown>>): ApiResponse {
    body.on('data', () => this.#heard())
    body.pause()
    return {
      status: Number(head[':status']),
      contentType: String(head['content-type'] ?? ''),
      retryAfterSeconds: retryAfter(
        head['retry-after'] === undefined ? undefined : String(head['retry-after']),
      ),
      body,
      lastHeard: () => this.#lastHeard,
    }
  }

  #heard(): void {
    this.#lastHeard = this.#now()
  }

  #ping(): void {
    if (!this.usable || (this.#now() - this.#lastHeard) * 1000 < this.#pings.afterMs) return
    const lost = setTimeout(() => {
      const lastHeard = this.#lastHeard
      const seconds = Math.round(this.#now() - lastHeard)
      this.#session.destroy(
        new ConnectionError(`no answer to a PING, nothing heard for ${seconds} s`, { lastHeard }),
      )
    }, this.#pings.timeoutMs)
    lost.unref()
    const sent = this.#session.ping((error) => {
      clearTimeout(lost)
      if (error === null) this.#heard()
    })
    if (!sent) clearTimeout(lost)
  }
}
