import { once } from 'node:events'
import { createServer, request as forward, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { portOf } from './front.ts'
import type { Pair } from './pki.ts'

/** Something that connections go through, all of them to one port of loopback, whatever was asked for. */
export interface RunningProxy {
  /** What it was asked for, and as whom. */
  readonly seen: string[]
  readonly port: number
  stop(): void
}

export interface HttpProxyOptions {
  /** Where connections go, a port of loopback. */
  readonly to: number
  /** `user:password` that it wants to see. */
  readonly wants?: string
  /** Its own certificate, where it is spoken to by TLS. */
  readonly pair?: Pair
}

/** A proxy for CONNECT and plain HTTP. */
export async function startHttpProxy({ to, wants, pair }: HttpProxyOptions): Promise<RunningProxy> {
  const seen: string[] = []
  const isWelcome = (given: string | undefined): boolean =>
    wants === undefined || given === `Basic ${Buffer.from(wants).toString('base64')}`
  const server: Server = pair === undefined ? createServer() : createHttpsServer({ ...pair })
  server.on('request', (request, response) => {
    const { method = '', url = '', headers } = request
    seen.push(`HTTP ${new URL(url, 'http://direct.invalid').host}`)
    const { pathname, search } = new URL(url)
    const passed = forward({ host: '127.0.0.1', port: to, method, path: `${pathname}${search}`, headers })
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.writeHead(502).end())
    request.pipe(passed)
  })
  server.on('connect', ({ url = '', headers }, client) => {
    seen.push(`CONNECT ${url} ${headers['proxy-authorization'] ?? ''}`)
    if (isWelcome(headers['proxy-authorization']))
      join(client, to, 'HTTP/1.1 200 Connection established\r\n\r\n')
    else client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    port: portOf(server.address()),
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const SOCKS_VERSION = 5
const BY_PASSWORD = 2
const BY_NAME = 3

/** A proxy of SOCKS version 5, with or without a password (RFC 1928, RFC 1929). */
export async function startSocksProxy(to: number, wants?: string): Promise<RunningProxy> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createTcpServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy())
    serveSocks(client, to, seen, wants).catch(() => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    port: portOf(server.address()),
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function serveSocks(client: Socket, to: number, seen: string[], wants?: string): Promise<void> {
  await read(client)
  client.write(Buffer.from([SOCKS_VERSION, wants === undefined ? 0 : BY_PASSWORD]))
  let user = ''
  if (wants !== undefined) {
    const given = await read(client)
    const length = given[1] ?? 0
    user = `${given.subarray(2, 2 + length)}:${given.subarray(3 + length)}`
    client.write(Buffer.from([1, user === wants ? 0 : 1]))
    if (user !== wants) return void client.end()
  }
  const asked = await read(client)
  const host = asked[3] === BY_NAME ? asked.subarray(5, -2).toString() : asked.subarray(4, -2).join('.')
  seen.push(`SOCKS ${host} ${user}`)
  join(client, to, Buffer.from([SOCKS_VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
}

async function read(socket: Socket): Promise<Buffer> {
  const [chunk] = await once(socket, 'data')
  if (!Buffer.isBuffer(chunk)) throw new TypeError('bytes were expected')
  return chunk
}

function join(client: Duplex, port: number, greeting: string | Buffer): void {
  const upstream = connect(port, '127.0.0.1', () => {
    client.write(greeting)
    upstream.pipe(client).pipe(upstream)
  })
  upstream.on('error', () => client.destroy())
  upstream.on('close', () => client.destroy())
  client.on('error', () => upstream.destroy())
  client.on('close', () => upstream.destroy())
}
