import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What a TCP proxy does to what passes through it. */
export type ProxyMode =
  /** Passes everything on. */
  | 'pass'
  /** Takes bytes from both sides and says nothing: a network that drops packets. Connections stay open. */
  | 'swallow'

/** A TCP proxy on loopback, for what can go wrong below HTTP: silence, breaks, refusals. */
export class TcpProxy {
  mode: ProxyMode = 'pass'
  readonly #target: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  /** To a port of 127.0.0.1. */
  constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#join(client))
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  /** Connections that clients have open. */
  get connections(): number {
    return this.#sockets.size / 2
  }

  /** Breaks all present connections. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.drop()
    await closed
  }

  #join(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1')
    this.#pass(client, upstream)
    this.#pass(upstream, client)
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (chunk) => {
      if (this.mode === 'swallow' || to.destroyed || to.write(chunk)) return
      from.pause()
      to.once('drain', () => from.resume())
    })
    from.on('end', () => {
      if (this.mode === 'pass') to.end()
    })
    // One side broken breaks the other.
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
