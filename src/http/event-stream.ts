import type { ServerResponse } from 'node:http'
import type { Schedule } from '../lib/schedule.ts'
import type { Snapshot } from '../wait/snapshot.ts'

/** Proxies close idle connections, most of them after 60 s. */
const HEARTBEAT_SECONDS = 15
/** How long a client waits before it reconnects, ms. */
const RETRY_MS = 2000

const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Otherwise nginx delays events until its buffer is full.
  'x-accel-buffering': 'no',
}

/**
 * Server-sent events of one wait. `verdict`: verdict, code or reason changed; `progress`: only the message changed; the last
 * event is `final`, `timeout` or `closing`. A client that reads slowly skips to the newest event.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream {
  readonly #raw: ServerResponse
  readonly #schedule: Schedule
  #cancelHeartbeat: () => void
  /** The newest frame, written once the client can take more. */
  #next: string | undefined
  #full = false
  #begun = false

  /** Begins the response. */
  constructor(raw: ServerResponse, schedule: Schedule) {
    this.#raw = raw
    this.#schedule = schedule
    raw.writeHead(200, HEAD)
    raw.on('drain', () => this.#drained())
    this.#write(`retry: ${RETRY_MS}\n\n`)
    this.#cancelHeartbeat = schedule(HEARTBEAT_SECONDS, () => this.#beat())
  }

  send(snapshot: Snapshot): void {
    // To this client everything in its first snapshot is new.
    const name = snapshot.change === 'verdict' || !this.#begun ? 'verdict' : 'progress'
    const frame = formatFrame(name, snapshot)
    this.#begun = true
    if (this.#full) this.#next = frame
    else this.#write(frame)
  }

  end(name: 'final' | 'timeout' | 'closing', snapshot: Snapshot): void {
    this.stop()
    this.#raw.end(formatFrame(name, snapshot))
  }

  /** Ends the heartbeats. */
  stop(): void {
    this.#cancelHeartbeat()
  }

  #beat(): void {
    if (!this.#full) this.#write(': still waiting\n\n')
    this.#cancelHeartbeat = this.#schedule(HEARTBEAT_SECONDS, () => this.#beat())
  }

  #drained(): void {
    this.#full = false
    const next = this.#next
    this.#next = undefined
    if (next !== undefined) this.#write(next)
  }

  #write(text: string): void {
    this.#full = !this.#raw.write(text)
  }
}

function formatFrame(name: string, { id, json }: Snapshot): string {
  return `id: ${id}\nevent: ${name}\ndata: ${json}\n\n`
}
