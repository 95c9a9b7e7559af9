import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'

interface Teardown {
  teardown(handler: () => Promise<unknown> | undefined): void
}

/** Key and certificate of a server at 127.0.0.1 that signs the certificates of its clients itself. */
export interface Authority {
  readonly cert: string
  readonly key: string
  /** A client's certificate and key. */
  readonly client: (name: string) => Promise<{ readonly cert: string; readonly key: string }>
}

export async function createAuthority(): Promise<Authority> {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }]
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'front' }], { extensions })
  const client = async (name: string) => {
    const attributes = [{ name: 'commonName', value: name }]
    const { cert: clientCert, private: clientKey } = await generate(attributes, { ca: { key, cert } })
    return { cert: clientCert, key: clientKey }
  }
  return { cert, key, client }
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly version: string
  /** Common name of the client's certificate; empty without one. */
  readonly client: string
  /** Tells connections apart. */
  readonly port: number | undefined
}

type Handler = (
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'httpVersion' | 'socket'>,
  response: { writeHead(status: number, headers: Record<string, string>): { end(body: string): unknown } },
) => void

function listen(authority: Authority | null, isHttp2: boolean, handler: Handler): Server | Http2SecureServer {
  if (authority === null) return createServer(handler)
  const { cert, key } = authority
  const options = { cert, key, ca: cert, requestCert: true, rejectUnauthorized: false }
  return isHttp2
    ? createSecureServer(options, (request, response) => handler(request, response))
    : createHttpsServer(options, handler)
}

/** A server on loopback that keeps what it was asked, and answers with an empty object. */
export class Front {
  readonly requests: SeenRequest[] = []
  /** The status of the next answer. */
  status: (request: SeenRequest) => number = () => 200
  readonly #server: Server | Http2SecureServer
  readonly #isSecure: boolean

  constructor(authority: Authority | null, isHttp2 = true) {
    this.#isSecure = authority !== null
    const answer: Handler = (request, response) => {
      const { method = '', url: path = '', headers, httpVersion: version, socket } = request
      const peer = socket instanceof TLSSocket ? socket.getPeerCertificate() : null
      const seen = {
        method,
        path,
        headers,
        version,
        client: String(peer?.subject?.CN ?? ''),
        port: socket.remotePort,
      }
      this.requests.push(seen)
      response.writeHead(this.status(seen), { 'content-type': 'application/json' }).end('{}')
    }
    this.#server = listen(authority, isHttp2, answer)
  }

  async start(t: Teardown): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    t.teardown(() => {
      this.#server.close()
      if ('closeAllConnections' in this.#server) this.#server.closeAllConnections()
    })
    return this
  }

  get port(): number {
    return portOfAddress(this.#server.address())
  }

  get url(): string {
    return `${this.#isSecure ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }
}

/** A proxy for HTTP and CONNECT on loopback that keeps what it was asked for. */
export class HttpProxy {
  readonly asked: string[] = []
  readonly authorizations: (string | undefined)[] = []
  /** Refuses CONNECT when set. */
  refuses = false
  readonly #server = createServer(({ method = '', url = '', headers }, response) => {
    this.#keep(`${method} ${url}`, headers)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })

  async start(t: Teardown): Promise<this> {
    this.#server.on('connect', ({ url = '', headers }, client) => {
      this.#keep(`CONNECT ${url}`, headers)
      if (this.refuses) {
        client.end('HTTP/1.1 407 HttpProxy Authentication Required\r\n\r\n')
        return
      }
      const { hostname, port } = new URL(`http://${url}`)
      const upstream = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.pipe(client).pipe(upstream)
      })
      upstream.on('error', () => client.destroy())
      client.on('error', () => upstream.destroy())
    })
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    t.teardown(() => {
      this.#server.closeAllConnections()
      this.#server.close()
    })
    return this
  }

  get port(): number {
    return portOfAddress(this.#server.address())
  }

  #keep(what: string, headers: IncomingHttpHeaders): void {
    this.asked.push(what)
    this.authorizations.push(headers['proxy-authorization'])
  }
}

function portOfAddress(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('a port was expected')
  return address.port
}
