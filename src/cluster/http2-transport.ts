import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { ConnectionError } from './errors.ts'
import {
  type ApiRequest,
  type ApiResponse,
  RESPONSE_TIMEOUT_MS,
  retryAfter,
  type Transport,
} from './transport.ts'

/** When nothing was heard for so long, a PING asks whether the other side lives (client-go: 30 s). */
const PING_AFTER_MS = 10_000
/** How long its answer may take (client-go: 15 s). With the above, a dead connection is noticed within 20 s. */
const PING_TIMEOUT_MS = 10_000

/** One HTTP/2 session: all lists and watches share it, and PINGs tell when packets vanish without a word. */
export class Http2Transport implements Transport {
  readonly #session: ClientHttp2Session
  readonly #now: () => number
  readonly #pingTimer: NodeJS.Timeout
  #lastHeard: number

  constructor(origin: string, socket: TLSSocket, now: () => number) {
    this.#now = now
    this.#lastHeard = now()
    this.#session = connect(origin, { createConnection: () => socket })
    socket.on('data', () => this.#heard())
    // The streams get the error too; without a listener here it would end the process.
    this.#session.on('error', () => this.#session.destroy())
    this.#session.on('goaway', () => this.#session.close())
    this.#session.on('close', () => clearInterval(this.#pingTimer))
    this.#pingTimer = setInterval(() => this.#ping(), PING_AFTER_MS)
    this.#pingTimer.unref()
  }

  get usable(): boolean {
    return !this.#session.closed && !this.#session.destroyed
  }

  async request(
    { path, accept, signal }: ApiRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<ApiResponse> {
    const stream = this.#session.request({ ':path': path, accept, ...headers }, { signal })
    try {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)])
      const [head] = await once(stream, 'response', { signal: timeout })
      this.#heard()
      return this.#response(stream, head)
    } catch (cause) {
      stream.on('error', () => stream.destroy())
      stream.close()
      throw new ConnectionError('the API server did not answer', { cause })
    }
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
    }
  }

  #heard(): void {
    this.#lastHeard = this.#now()
  }

  #ping(): void {
    if (!this.usable || (this.#now() - this.#lastHeard) * 1000 < PING_AFTER_MS / 2) return
    const lost = setTimeout(() => {
      const lastHeard = this.#lastHeard
      const seconds = Math.round(this.#now() - lastHeard)
      this.#session.destroy(
        new ConnectionError(`no answer to a PING, nothing heard for ${seconds} s`, { lastHeard }),
      )
    }, PING_TIMEOUT_MS)
    lost.unref()
    const sent = this.#session.ping((error) => {
      clearTimeout(lost)
      if (error === null) this.#heard()
    })
    if (!sent) clearTimeout(lost)
  }
}
