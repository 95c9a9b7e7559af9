import { once } from 'node:events'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import type { KubeConfig } from '@kubernetes/client-node'
import { ConnectionError } from './errors.ts'
import { Http1Transport } from './http1-transport.ts'
import { DEFAULT_PINGS, Http2Transport, type PingTiming } from './http2-transport.ts'
import type { ApiRequest, ApiResponse, Transport } from './transport.ts'

/** How long connecting and the TLS handshake may take. */
const CONNECT_TIMEOUT_MS = 10_000
const KEEPALIVE = { keepAlive: true, keepAliveMsecs: 10_000 } as const

/**
 * The way to one API server: HTTP/2 over one shared session where it is offered, else HTTP/1.1. Credentials are asked
 * of the kubeconfig at each request, as tokens rotate, exec plugins renew and OIDC tokens expire.
 */
export class Connection {
  readonly #config: KubeConfig
  readonly #userAgent: string
  readonly #now: () => number
  readonly #pings: PingTiming
  #transport: Promise<Transport> | undefined
  #closed = false

  constructor(config: KubeConfig, userAgent: string, now: () => number, pings: PingTiming = DEFAULT_PINGS) {
    this.#config = config
    this.#userAgent = userAgent
    this.#now = now
    this.#pings = pings
  }

  /** Sends a request. Rejects with a ConnectionError; an answer of any status resolves. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const { options, origin } = await this.#credentials()
    const transport = await this.#open(origin, options)
    return transport.request(request, { ...buildHeaders(options), 'user-agent': this.#userAgent })
  }

  /** Ends all requests. */
  close(): void {
    this.#closed = true
    this.#drop(this.#transport)
  }

  async #credentials(): Promise<{ readonly options: RequestOptions; readonly origin: URL }> {
    const cluster = this.#config.getCurrentCluster()
    if (cluster === null) throw new ConnectionError('the kubeconfig names no cluster')
    const options: RequestOptions = {}
    try {
      // client-node refuses plain http unless told that there is no TLS to verify; kubectl does not.
      if (cluster.server.startsWith('http:')) this.#allowPlainHttp(cluster.name)
      await this.#config.applyToHTTPSOptions(options)
    } catch (cause) {
      throw new ConnectionError('cannot get credentials for the API server', { cause })
    }
    return { options, origin: new URL(cluster.server) }
  }

  #allowPlainHttp(name: string): void {
    this.#config.clusters = this.#config.clusters.map((cluster) =>
      cluster.name === name ? { ...cluster, skipTLSVerify: true } : cluster,
    )
  }

  async #open(origin: URL, options: RequestOptions): Promise<Transport> {
    if (this.#closed) throw new ConnectionError('the connection is closed')
    const current = this.#transport
    if (current !== undefined) {
      const transport = await current
      if (transport.usable) return transport
    }
    if (this.#transport === current) {
      this.#drop(current)
      const opening = this.#connect(origin, options)
      this.#transport = opening
      opening.catch(() => {
        if (this.#transport === opening) this.#transport = undefined
      })
    }
    return this.#open(origin, options)
  }

  async #connect(origin: URL, options: RequestOptions): Promise<Transport> {
    const proxied = this.#config.getCurrentCluster()?.proxyUrl !== undefined
    if (proxied && options.agent instanceof HttpAgent) return new Http1Transport(origin, {}, options.agent)
    if (origin.protocol === 'http:') return new Http1Transport(origin, {}, new HttpAgent(KEEPALIVE))
    const socket = await handshake(origin, options)
    if (socket.alpnProtocol === 'h2') return new Http2Transport(origin.origin, socket, this.#now, this.#pings)
    socket.destroy()
    const { ca, cert, key, servername, rejectUnauthorized } = options
    const tls = {
      ca,
      cert,
      key,
      servername,
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    }
    return new Http1Transport(origin, {}, new HttpsAgent({ ...KEEPALIVE, ...tls }))
  }

  #drop(transport: Promise<Transport> | undefined): void {
    transport?.then(
      (open) => open.close(),
      // A transport that never opened has nothing to close; whoever asked for it got the error.
      () => undefined,
    )
  }
}

async function handshake(origin: URL, options: RequestOptions): Promise<TLSSocket> {
  const host = origin.hostname.replace(/^\[|\]$/g, '')
  const { ca, cert, key, rejectUnauthorized } = options
  const servername = options.servername ?? (isIP(host) === 0 ? host : undefined)
  const socket = tlsConnect({
    host,
    port: Number(origin.port || 443),
    ALPNProtocols: ['h2', 'http/1.1'],
    ca,
    cert,
    key,
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  })
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) })
    return socket
  } catch (cause) {
    socket.on('error', () => socket.destroy())
    socket.destroy()
    throw new ConnectionError(`cannot connect to ${origin.host}`, { cause })
  }
}

/** Of what the kubeconfig adds to a request, the headers: Authorization, and Impersonate-* of exec plugins. */
function buildHeaders(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {}
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
  const given = options.headers ?? {}
  for (const [name, value] of Object.entries(given)) {
    // Token files often end with a newline, which no header may have.
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim()
  }
  return headers
}
