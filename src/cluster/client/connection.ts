import { Readable } from 'node:stream'
import { readStart } from '../../lib/read-bounded.ts'
import type { ClusterAccess, TlsMaterial } from './cluster-access.ts'
import type { Credential } from './credentials.ts'
import { DialAgent, dialPlain, dialTls, proxyAuthorization } from './dial.ts'
import { ConnectionError } from './errors.ts'
import { Http1Transport } from './http1-transport.ts'
import { DEFAULT_PINGS, Http2Transport, type PingTiming } from './http2-transport.ts'
import type { ApiRequest, ApiResponse, RequestHeaders, Transport } from './transport.ts'

const UNAUTHORIZED = 401
/** A Status of the API server is some hundred bytes; what a proxy says beside it may be cut. */
const MAX_REFUSAL_BYTES = 64 * 1024

/** An open transport and what it was made with. */
interface Opened {
  readonly identity: string
  readonly transport: Promise<Transport>
}

/**
 * The connection to one API server: HTTP/2 over one shared session where it is offered, else HTTP/1.1. The one place that
 * makes URLs: the path of the server's address comes before that of each request. Credentials and certificates are asked
 * for at each request, as they rotate.
 */
export class Connection {
  readonly #access: ClusterAccess
  readonly #userAgent: string
  readonly #now: () => number
  readonly #pings: PingTiming
  #opened: Opened | null = null
  #closed = false

  constructor(
    access: ClusterAccess,
    userAgent: string,
    now: () => number,
    pings: PingTiming = DEFAULT_PINGS,
  ) {
    this.#access = access
    this.#userAgent = userAgent
    this.#now = now
    this.#pings = pings
  }

  /**
   * Sends a request. Rejects with a ConnectionError; an answer of any status resolves. A 401 makes it ask for other
   * credentials and try once more; if that is not enough, the next request goes over a new connection.
   */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const credential = await this.#credential(() => this.#access.credentials.current())
    const response = await this.#send(request, credential)
    if (response.status !== UNAUTHORIZED) return response
    // Read before anything else: it comes over a connection that may be given up.
    const body = Readable.from([await readStart(response.body, MAX_REFUSAL_BYTES)])
    response.body.destroy()
    const renewed = await this.#credential(() => this.#access.credentials.renew(credential))
    const last = renewed === credential ? { ...response, body } : await this.#send(request, renewed)
    if (last.status === UNAUTHORIZED) this.#retire()
    return last
  }

  /** Ends all requests. */
  close(): void {
    this.#closed = true
    this.#release((transport) => transport.close())
  }

  async #credential(ask: () => Promise<Credential>): Promise<Credential> {
    try {
      return await ask()
    } catch (cause) {
      throw new ConnectionError('cannot get credentials for the API server', { cause })
    }
  }

  async #send(request: ApiRequest, credential: Credential): Promise<ApiResponse> {
    const { server, headers } = this.#access
    const transport = await this.#open(credential)
    const { authorization } = credential
    const all: RequestHeaders = {
      ...headers,
      ...(authorization === undefined ? {} : { authorization }),
      'user-agent': this.#userAgent,
    }
    return transport.request(
      { ...request, path: `${server.pathname.replace(/\/$/, '')}${request.path}` },
      all,
    )
  }

  async #open(credential: Credential): Promise<Transport> {
    const { cert, key } = credential
    const base = await this.#access.readTls()
    const tls = cert === undefined ? base : { ...base, cert, key }
    // The usual authorities, a list, stay as they are.
    const identity = JSON.stringify([tls.cert, tls.key, typeof tls.ca === 'string' ? tls.ca : null])
    for (;;) {
      if (this.#closed) throw new ConnectionError('the connection is closed')
      const opened = this.#opened
      const transport = opened?.identity === identity ? await opened.transport : null
      if (transport?.usable === true) return transport
      if (this.#opened === opened) this.#openWith(tls, identity)
    }
  }

  #openWith(tls: TlsMaterial, identity: string): void {
    this.#retire()
    const opened: Opened = { identity, transport: this.#connect(tls) }
    this.#opened = opened
    opened.transport.catch(() => {
      if (this.#opened === opened) this.#opened = null
    })
  }

  async #connect(tls: TlsMaterial): Promise<Transport> {
    const { server, proxy } = this.#access
    if (server.protocol === 'http:') return connectPlain(server, proxy)
    const dial = () => dialTls(server, proxy, tls)
    const socket = await dial()
    if (socket.alpnProtocol === 'h2') return new Http2Transport(server.origin, socket, this.#now, this.#pings)
    return new Http1Transport(server, new DialAgent(dial, socket))
  }

  /** Lets what runs end by itself; the next request opens another connection. */
  #retire(): void {
    this.#release((transport) => transport.retire())
  }

  #release(release: (transport: Transport) => void): void {
    const opened = this.#opened
    this.#opened = null
    opened?.transport.then(
      release,
      // A transport that never opened has nothing to close; whoever asked for it got the error.
      () => undefined,
    )
  }
}

/** A proxy of HTTP gets the whole address (RFC 9112, section 3.2.2); others carry the connection. */
function connectPlain(server: URL, proxy: URL | null): Transport {
  if (proxy?.protocol !== 'http:')
    return new Http1Transport(server, new DialAgent(() => dialPlain(server, proxy)))
  const agent = new DialAgent(() => dialPlain(proxy, null))
  return new Http1Transport(server, agent, { base: server.origin, headers: proxyAuthorization(proxy) })
}
