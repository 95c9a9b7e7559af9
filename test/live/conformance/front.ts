import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type Dispatcher, request as forward } from 'undici'
import type { Pair } from './pki.ts'

export type Protocol = 'h2' | 'http/1.1' | 'plain'

export interface FrontOptions {
  /** How clients are spoken to: HTTP/2 over TLS, HTTP/1.1 over TLS, or HTTP/1.1 without. Default: h2. */
  readonly protocol?: Protocol
  /** What of the path belongs to the front. Elsewhere another cluster answers. */
  readonly prefix?: string
  readonly pair?: Pair
  /** The address that it listens at. Default: 127.0.0.1. */
  readonly host?: string
  /** Who somebody without credentials is. */
  readonly anybody?: string
  /** Sends requests elsewhere first. */
  readonly redirects?: boolean
}

/** The cluster behind the fronts. */
export interface Backend {
  readonly server: string
  readonly dispatcher: Dispatcher
  /** That of an administrator, by whom the front speaks for those whom it knows itself. */
  readonly token: string
  /** Signs the certificates of clients. */
  readonly clientCa: string
}

/** Who is answered where the path does not begin with the prefix. */
export const ANOTHER_CLUSTER = 'of-another-cluster'

type Request = IncomingMessage | Http2ServerRequest
/** What the answers of both protocols have in common. */
interface Response {
  readonly headersSent: boolean
  on(event: 'close', listener: () => void): unknown
  writeHead(status: number, headers: Record<string, string>): unknown
  write(chunk: Buffer): boolean
  end(text: string): unknown
}
type Headers = [name: string, value: string][]

const HOP_BY_HOP =
  /^(:.*|connection|host|transfer-encoding|content-length|keep-alive|upgrade|authorization)$/i
const IMPERSONATION = /^impersonate-/i

/**
 * Stands before the API server as Rancher, Teleport or a load balancer do: with a path of its own, TLS of its own, client
 * certificates, passwords and tokens that only it knows. It keeps as whom it was asked.
 */
export class Front {
  /** Users by their tokens. */
  readonly tokens = new Map<string, string>()
  /** Of each request: host, protocol, certificate, credentials and impersonation. */
  readonly seen: string[] = []
  readonly #options: FrontOptions
  readonly #backend: Backend
  readonly #server: Server | Http2SecureServer

  private constructor(options: FrontOptions, backend: Backend, fallback: Pair) {
    this.#options = options
    this.#backend = backend
    this.#server = this.#create(options.pair ?? fallback)
  }

  static async start(options: FrontOptions, backend: Backend, pair: Pair): Promise<Front> {
    const front = new Front(options, backend, pair)
    front.#server.listen(0, options.host ?? '127.0.0.1')
    await once(front.#server, 'listening')
    return front
  }

  get port(): number {
    return portOf(this.#server.address())
  }

  /** Address of the front, without a path. */
  get url(): string {
    const { protocol, host = '127.0.0.1' } = this.#options
    const name = host.includes(':') ? `[${host}]` : host
    return `${protocol === 'plain' ? 'http' : 'https'}://${name}:${this.port}`
  }

  stop(): void {
    this.#server.close()
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections()
  }

  #create({ cert, key }: Pair): Server | Http2SecureServer {
    const { protocol = 'h2' } = this.#options
    const answer = (request: Request, response: Response): void => {
      this.#answer(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(502, {})
        response.end(`${error.message}\n`)
      })
    }
    if (protocol === 'plain') return createServer(answer)
    const tls = { cert, key, ca: this.#backend.clientCa, requestCert: true, rejectUnauthorized: false }
    return protocol === 'h2' ? createSecureServer(tls, answer) : createHttpsServer(tls, answer)
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const { prefix = '', redirects = false } = this.#options
    const url = request.url ?? ''
    const isOurs = prefix === '' || url.startsWith(`${prefix}/api`)
    this.seen.push(this.#describe(request, isOurs))
    if (redirects && !url.startsWith('/moved')) {
      response.writeHead(307, { location: `/moved${url}` })
      response.end('')
      return
    }
    const path = isOurs ? url.replace('/moved', '').slice(prefix.length) : url
    const identity = isOurs ? this.#identify(request) : userHeaders(ANOTHER_CLUSTER)
    const controller = new AbortController()
    response.on('close', () => controller.abort())
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const answer = await forward(`${this.#backend.server}${path}`, {
      method: request.method === 'POST' ? 'POST' : 'GET',
      dispatcher: this.#backend.dispatcher,
      headers: [...passed(request), ...this.#authorization(identity)].flat(),
      body: chunks.length === 0 ? null : Buffer.concat(chunks),
      signal: controller.signal,
    })
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type'] ?? '') })
    for await (const chunk of answer.body) response.write(Buffer.from(chunk))
    response.end('')
  }

  /** As whom the API server is asked; a string is a header that it is to judge itself. */
  #identify(request: Request): Headers | string {
    const { authorization = '' } = request.headers
    const certificate = clientOf(request)
    const known = /^Bearer (.*)$/.exec(authorization)?.[1] ?? ''
    const password = /^Basic (.*)$/.exec(authorization)?.[1]
    const isImpersonating = pairs(request).some(([name]) => IMPERSONATION.test(name))
    const impersonate = (name: string): Headers => (isImpersonating ? [] : userHeaders(name))
    if (certificate !== '') return impersonate(certificate)
    if (password !== undefined)
      return impersonate(Buffer.from(password, 'base64').toString().replace(':', '/'))
    const user = this.tokens.get(known)
    if (user !== undefined) return impersonate(user)
    const { anybody } = this.#options
    return authorization === '' && anybody !== undefined ? impersonate(anybody) : authorization
  }

  #authorization(identity: Headers | string): Headers {
    if (typeof identity === 'string') return identity === '' ? [] : [['authorization', identity]]
    return [['authorization', `Bearer ${this.#backend.token}`], ...identity]
  }

  #describe(request: Request, isOurs: boolean): string {
    const { authorization = '', host = '', ':authority': authority = host } = request.headers
    const impersonation = pairs(request)
      .filter(([name]) => IMPERSONATION.test(name))
      .map(([name, value]) => `${name.toLowerCase()}=${value}`)
      .sort()
    return [authority, request.httpVersion, isOurs, clientOf(request), authorization, ...impersonation].join(
      ' ',
    )
  }
}

function clientOf({ socket }: Request): string {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return ''
  return String(socket.getPeerCertificate().subject?.CN ?? '')
}

function userHeaders(user: string): Headers {
  return [
    // Each character is written as one byte.
    ['impersonate-user', Buffer.from(user).toString('latin1')],
    ['impersonate-group', 'system:masters'],
  ]
}

/** One pair for each header that was sent, so that lists stay lists. */
function pairs({ rawHeaders }: Request): Headers {
  return rawHeaders.flatMap(
    (name, index): Headers => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []),
  )
}

function passed(request: Request): Headers {
  return pairs(request).filter(([name]) => !HOP_BY_HOP.test(name))
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('a port was expected')
  return address.port
}
