import { once } from 'node:events'
import { type Agent, type ClientRequest, request as httpRequest, IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { ConnectionError } from './errors.ts'
import {
  type ApiRequest,
  type ApiResponse,
  RESPONSE_TIMEOUT_MS,
  retryAfter,
  type Transport,
} from './transport.ts'

/** The kernel asks a silent peer after so long (and ends the connection some 10 s later when it gets no answer). */
const TCP_KEEPALIVE_MS = 10_000

/** HTTP/1.1 with kept-alive connections, for servers and proxies that don't speak HTTP/2. */
export class Http1Transport implements Transport {
  readonly usable = true
  readonly #origin: URL
  readonly #options: RequestOptions
  readonly #agent: Agent

  constructor(origin: URL, options: RequestOptions, agent: Agent) {
    this.#origin = origin
    this.#options = options
    this.#agent = agent
  }

  async request(
    { path, accept, signal, write }: ApiRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<ApiResponse> {
    const type = write === undefined ? {} : { 'content-type': 'application/json' }
    const options = {
      ...this.#options,
      method: write?.method ?? 'GET',
      agent: this.#agent,
      headers: { ...headers, accept, ...type },
      signal,
    }
    const send = this.#origin.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(new URL(path, this.#origin), options)
    // Whoever waits for the head or reads the body gets the error; between the two nobody may be listening.
    request.on('error', () => request.destroy())
    request.once('socket', (socket) => socket.setKeepAlive(true, TCP_KEEPALIVE_MS))
    request.end(write?.body)
    return response(await head(request, signal))
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
