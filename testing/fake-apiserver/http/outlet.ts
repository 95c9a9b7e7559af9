import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from './faults.ts'

/** What responses of HTTP/1.1 and HTTP/2 have in common. */
export interface Response {
  writeHead(status: number, headers: Record<string, string | number>): unknown
  /** HTTP/1.1 only. */
  flushHeaders?(): void
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(): unknown
  on(event: 'drain' | 'close' | 'error', listener: (...args: unknown[]) => void): unknown
}

/** Waiting times between two drips. */
const DRIP_MS = 10

/** The way out of one response: in order, no faster than the client reads, and as the faults allow. */
export class Outlet {
  readonly #response: Response
  readonly #faults: Faults
  readonly #closed = Promise.withResolvers<void>()
  #open = true
  #drained = Promise.withResolvers<void>()

  constructor(response: Response, faults: Faults) {
    this.#response = response
    this.#faults = faults
    response.on('drain', () => {
      this.#drained.resolve()
      this.#drained = Promise.withResolvers<void>()
    })
    // A client that goes away is no fault of the server.
    response.on('error', () => this.#close())
    response.on('close', () => this.#close())
  }

  /** False once the client is gone. */
  get open(): boolean {
    return this.#open
  }

  /** Resolves when the client is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  async head(status: number, headers: Record<string, string | number>): Promise<void> {
    if (this.#faults.delayMs > 0) await sleep(this.#faults.delayMs)
    if (this.#faults.stalled) await this.#faults.clearance()
    if (!this.#open) return
    this.#response.writeHead(status, { 'cache-control': 'no-cache, private', ...headers })
    // HTTP/2 sends the head at once; HTTP/1.1 would keep that of a quiet watch until its first event.
    this.#response.flushHeaders?.()
  }

  /** Resolves when more can be written. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#faults.stalled) await this.#faults.clearance()
    if (this.#faults.dripBytes > 0) return this.#drip(chunk)
    await this.#send(chunk)
  }

  end(): void {
    if (this.#open) this.#response.end()
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#response.destroy()
    this.#close()
  }

  async #send(chunk: Uint8Array): Promise<void> {
    if (!this.#open || chunk.length === 0) return
    if (!this.#response.write(chunk)) await this.#drained.promise
  }

  async #drip(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && this.#open; ) {
      const size = this.#faults.dripBytes > 0 ? this.#faults.dripBytes : chunk.length
      await this.#send(chunk.subarray(at, at + size))
      at += size
      await sleep(DRIP_MS)
    }
  }

  #close(): void {
    this.#open = false
    this.#drained.resolve()
    this.#closed.resolve()
  }
}
