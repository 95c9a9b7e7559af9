import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { EmbeddedCluster } from './cluster.ts'
import { Access } from './http/access.ts'
import { Faults } from './http/faults.ts'
import { ApiHandler } from './http/handler.ts'
import { Outlet } from './http/outlet.ts'
import { kubeconfigText } from './kubeconfig.ts'

export interface EmbeddedApiOptions {
  /** 0 (default): any free one. Kept over stop and start. */
  readonly port?: number
  /** PEM. With it the API speaks TLS, HTTP/2 and HTTP/1.1 by ALPN; without, plain HTTP/1.1. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly http2?: boolean }
  /** Bearer token that requests must carry; null (default): anyone may ask. */
  readonly token?: string | null
  /** Time between two bookmarks of a watch, milliseconds (60,000). */
  readonly bookmarkEveryMs?: number
}

const HOST = '127.0.0.1'
const BOOKMARK_EVERY_MS = 60_000
/** How long an idle connection is kept, as the API server does. */
const KEEP_ALIVE_MS = 90_000

/** The embedded cluster's API on a loopback port. */
export class EmbeddedApi {
  readonly cluster: EmbeddedCluster
  readonly faults = new Faults()
  readonly access: Access
  /** Method, path and query of each request so far, oldest first. */
  readonly requests: string[] = []
  readonly #options: EmbeddedApiOptions
  readonly #handler: ApiHandler
  #server: Server | Http2SecureServer | null = null
  #port: number

  constructor(cluster: EmbeddedCluster, options: EmbeddedApiOptions = {}) {
    this.cluster = cluster
    this.access = new Access(options.token ?? null)
    this.#options = options
    this.#port = options.port ?? 0
    const everyMs = options.bookmarkEveryMs ?? BOOKMARK_EVERY_MS
    this.#handler = new ApiHandler(cluster, this.faults, this.access, everyMs)
  }

  /** Without a slash at the end. */
  get url(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${HOST}:${this.#port}`
  }

  get port(): number {
    return this.#port
  }

  /** A kubeconfig that leads here, as YAML (JSON is). */
  kubeconfig(namespace = 'default'): string {
    const { tls } = this.#options
    return kubeconfigText({ server: this.url, ca: tls?.cert ?? null, token: this.access.token, namespace })
  }

  /** Listens. After `stop` it listens on the same port again. */
  async start(): Promise<this> {
    const server = this.#listener()
    server.on('connection', (socket: Socket) => this.#connected(socket))
    server.listen(this.#port, HOST)
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
    this.#server = server
    return this
  }

  /** Closes all connections and refuses new ones, as a server that is gone. The cluster stays as it is. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    const closed = once(server, 'close')
    server.close()
    this.faults.resume()
    this.faults.dropConnections()
    await closed
  }

  #listener(): Server | Http2SecureServer {
    const { tls } = this.#options
    const listen = (
      request: IncomingMessage | Http2ServerRequest,
      response: ServerResponse | Http2ServerResponse,
    ) => {
      void this.#request(request, response)
    }
    if (tls === undefined) return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listen)
    const http2 = tls.http2 !== false
    const ALPNProtocols = http2 ? ['h2', 'http/1.1'] : ['http/1.1']
    return createSecureServer({ cert: tls.cert, key: tls.key, allowHTTP1: true, ALPNProtocols }, listen)
  }

  async #request(
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): Promise<void> {
    const method = request.method ?? 'GET'
    const url = request.url ?? '/'
    this.requests.push(`${method} ${url}`)
    const outlet = new Outlet(response, this.faults)
    await this.#handler.handle({ method, url, headers: request.headers, body: () => text(request) }, outlet)
  }

  #connected(socket: Socket): void {
    if (this.faults.refuseConnections) {
      socket.destroy()
      return
    }
    // Unlike node:http, node:http2 leaves Nagle's algorithm on: a head and its body would be 40 ms apart.
    socket.setNoDelay(true)
    const forget = this.faults.onDrop(() => socket.destroy())
    socket.on('close', forget)
    // Broken connections are what tests are about.
    socket.on('error', () => socket.destroy())
  }
}
