import { once } from 'node:events'
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, Socket, connect as tcpConnect } from 'node:net'
import {
  type ConnectionOptions,
  checkServerIdentity,
  type SecureContextOptions,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls'
import type { TlsMaterial } from './cluster-access.ts'
import { basicAuthorization } from './credentials.ts'
import { ConnectionError } from './errors.ts'
import { readHost, readPort } from './server-address.ts'

/** How long connecting and the TLS handshake may take, through a proxy too. */
const CONNECT_TIMEOUT_MS = 10_000

/** Opens a TLS connection to a server, through a proxy or not. Rejects with a ConnectionError. */
export async function dialTls(server: URL, proxy: URL | null, tls: TlsMaterial): Promise<TLSSocket> {
  const host = readHost(server)
  const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  const tunnel = proxy === null ? null : await dialThrough(proxy, server, signal, tls)
  let socket: TLSSocket
  try {
    socket = tlsConnect({
      ...(tunnel === null ? { host, port: readPort(server) } : { socket: tunnel, host }),
      ALPNProtocols: ['h2', 'http/1.1'],
      ...tlsOptions(tls, host),
    })
  } catch (cause) {
    tunnel?.destroy()
    throw new ConnectionError('the certificates or keys for the API server cannot be used', { cause })
  }
  return established(socket, 'secureConnect', server, signal)
}

/** As Go verifies: an authority in the kubeconfig need not be a root, and the common name of a certificate does not count. */
function tlsOptions(tls: TlsMaterial, host: string): SecureContextOptions & ConnectionOptions {
  const name = tls.servername ?? host
  return {
    ca: tls.ca === undefined ? undefined : [tls.ca].flat(),
    cert: tls.cert,
    key: tls.key,
    allowPartialTrustChain: true,
    rejectUnauthorized: tls.rejectUnauthorized,
    // SNI has no addresses (RFC 6066).
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_host, certificate) =>
      certificate.subjectaltname === undefined
        ? new Error('the certificate has no name but the common one')
        : checkServerIdentity(name, certificate),
  }
}

/** Opens a connection to a server without TLS. Rejects with a ConnectionError. */
export function dialPlain(server: URL, proxy: URL | null): Promise<Socket> {
  const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  if (proxy !== null) return dialThrough(proxy, server, signal, null)
  const socket = tcpConnect({ host: readHost(server), port: readPort(server) })
  return established(socket, 'connect', server, signal)
}

async function established<S extends Socket>(
  socket: S,
  event: string,
  to: URL,
  signal: AbortSignal,
): Promise<S> {
  try {
    await once(socket, event, { signal })
    return socket
  } catch (cause) {
    socket.on('error', () => socket.destroy())
    socket.destroy()
    const why = signal.aborted ? ` within ${CONNECT_TIMEOUT_MS / 1000} s` : ''
    throw new ConnectionError(`cannot connect to ${to.host}${why}`, { cause })
  }
}

async function dialThrough(
  proxy: URL,
  server: URL,
  signal: AbortSignal,
  tls: TlsMaterial | null,
): Promise<Socket> {
  try {
    return await (proxy.protocol.startsWith('socks')
      ? dialSocks(proxy, server)
      : dialConnect(proxy, server, signal, tls))
  } catch (cause) {
    throw new ConnectionError(`cannot connect to ${server.host} through the proxy ${proxy.host}`, { cause })
  }
}

/** RFC 9110, section 9.3.6 */
async function dialConnect(
  proxy: URL,
  server: URL,
  signal: AbortSignal,
  tls: TlsMaterial | null,
): Promise<Socket> {
  const target = `${server.hostname}:${readPort(server)}`
  const isSecure = proxy.protocol === 'https:'
  const send = isSecure ? httpsRequest : httpRequest
  const request: ClientRequest = send({
    host: readHost(proxy),
    port: readPort(proxy),
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...proxyAuthorization(proxy) },
    agent: false,
    signal,
    // As with client-go, the proxy is verified like the server.
    ...(isSecure && tls !== null ? tlsOptions(tls, readHost(proxy)) : {}),
  })
  request.end()
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('connect', ({ statusCode, statusMessage }, socket: Socket, head: Buffer) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head)
        resolve(socket)
        return
      }
      socket.destroy()
      reject(new ConnectionError(`the proxy refused: ${statusCode} ${statusMessage}`))
    })
    request.on('response', ({ statusCode }) => {
      request.destroy()
      reject(new ConnectionError(`the proxy refused: ${statusCode}`))
    })
  })
}

/** The header for a proxy whose address names a user. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const authorization = basicAuthorization(decodeURIComponent(username), decodeURIComponent(password))
  return { 'proxy-authorization': authorization }
}

async function dialSocks(proxy: URL, server: URL): Promise<Socket> {
  // Few need it, and it takes time to load.
  const { SocksClient } = await import('socks')
  const { username, password } = proxy
  const { socket } = await SocksClient.createConnection({
    proxy: {
      host: readHost(proxy),
      port: readPort(proxy),
      type: 5,
      ...(username === ''
        ? {}
        : { userId: decodeURIComponent(username), password: decodeURIComponent(password) }),
    },
    command: 'connect',
    destination: { host: readHost(server), port: readPort(server) },
    timeout: CONNECT_TIMEOUT_MS,
  })
  return socket
}

/** Keeps connections that `dial` opens, for requests one after the other. */
export class DialAgent extends HttpAgent {
  readonly #dial: () => Promise<Socket>
  /** Opened before, for the first request. */
  #first: Socket | null

  constructor(dial: () => Promise<Socket>, first: Socket | null = null) {
    super({ keepAlive: true })
    this.#dial = dial
    this.#first = first
  }

  override createConnection(
    _options: object,
    callback?: (error: Error | null, socket: Socket) => void,
  ): undefined {
    const opened = this.#first
    this.#first = null
    const dialed = opened === null || opened.destroyed ? this.#dial() : Promise.resolve(opened)
    dialed.then(
      (socket) => callback?.(null, socket),
      // With an error, the agent ignores the socket.
      (error: Error) => callback?.(error, new Socket()),
    )
    return undefined
  }

  /** Takes no further request; those that run go on to their end. */
  retire(): void {
    this.maxFreeSockets = 0
    this.#first?.destroy()
    for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy()
  }

  override destroy(): void {
    this.#first?.destroy()
    super.destroy()
  }
}
