import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, IncomingMessage } from 'node:http'
import type { DialAgent } from './dial.ts'
import { ConnectionError } from './errors.ts'
import { readHost, readPort } from './server-address.ts'
import {
  type ApiRequest,
  type ApiResponse,
  nodeHeaders,
  RESPONSE_TIMEOUT_MS,
  type RequestHeaders,
  retryAfter,
  type Transport,
} from './transport.ts'

/** After this silence the kernel probes the peer, and ends the connection some 10 s later when no answer comes. */
const TCP_KEEPALIVE_MS = 10_000

/** What a proxy that is asked in place of the server wants: the start of the address, and headers. */
export interface Forwarding {
  readonly base: string
  readonly headers: RequestHeaders
}

/** HTTP/1.1 with kept-alive connections, for servers and proxies that don't speak HTTP/2. */
export class Http1Transport implements Transport {
  readonly #server: URL
  readonly #agent: DialAgent
  readonly #forwarding: Forwarding

  constructor(server: URL, agent: DialAgent, forwarding: Forwarding = { base: '', headers: {} }) {
    this.#server = server
    this.#agent = agent
    this.#forwarding = forwarding
  }

  get usable(): boolean {
    return true
  }

  async request({ path, accept, signal, write }: ApiRequest, headers: RequestHeaders): Promise<ApiResponse> {
    const type = write === undefined ? {} : { 'content-type': 'application/json' }
    const request = httpRequest({
      host: readHost(this.#server),
      port: readPort(this.#server),
      path: `${this.#forwarding.base}${path}`,
      method: write?.method ?? 'GET',
      agent: this.#agent,
      headers: nodeHeaders({
        ...headers,
        ...this.#forwarding.headers,
        host: this.#server.host,
        accept,
        ...type,
      }),
      signal,
    })
    // The error reaches who waits for the head or reads the body; between the two, nothing listens for it.
    request.on('error', () => request.destroy())
    request.once('socket', (socket) => socket.setKeepAlive(true, TCP_KEEPALIVE_MS))
    // As bytes: a text would be written together with the headers, and those in its encoding.
    request.end(write === undefined ? undefined : Buffer.from(write.body))
    return response(await head(request, signal))
  }

  retire(): void {
    this.#agent.retire()
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function head(request: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)])
    const [message] = await once(request, 'response', { signal: timeout })
    if (message instanceof IncomingMessage) return message
    throw new TypeError('a response was expected')
  } catch (cause) {
    request.destroy()
    if (cause instanceof ConnectionError) throw cause
    throw new ConnectionError('the API server did not answer', { cause })
  }
}

function response(message: IncomingMessage): ApiResponse {
  return {
    status: message.statusCode ?? 0,
    contentType: message.headers['content-type'] ?? '',
    retryAfterSeconds: retryAfter(message.headers['retry-after']),
    body: message,
    lastHeard: () => null,
  }
}
