import type { ServerResponse } from 'node:http'
import type { Schedule } from '../wait/schedule.ts'
import type { Report } from '../wait/snapshot.ts'

/** Proxies end connections on which nothing came for long, most after 60 s. */
const HEARTBEAT_SECONDS = 15
/** How long a client whose connection broke is to wait, ms. */
const RETRY_MS = 2000

const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
}

/**
 * Server-sent events of one wait. `verdict`: verdict, code or reason changed; `progress`: only the words; the last one is
 * `final`, `timeout` or `closing`. A client that reads slowly is told the newest once it can take more.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream {
  readonly #raw: ServerResponse
  readonly #schedule: Schedule
  #cancelHeartbeat: () => void
  /** Told when the client can take more. */
  #held: string | undefined
  #full = false
  #told = false

  /** Begins the response. */
  constructor(raw: ServerResponse, schedule: Schedule) {
    this.#raw = raw
    this.#schedule = schedule
    raw.writeHead(200, HEAD)
    raw.on('drain', () => this.#drained())
    this.#write(`retry: ${RETRY_MS}\n\n`)
    this.#cancelHeartbeat = schedule(HEARTBEAT_SECONDS, () => this.#beat())
  }

  tell(report: Report): void {
    // Whatever it was to those who waited before, to this client the first one is news.
    const frame = formatFrame(report.change === 'verdict' || !this.#told ? 'verdict' : 'progress', report)
    this.#told = true
    if (this.#full) this.#held = frame
    else this.#write(frame)
  }

  end(name: 'final' | 'timeout' | 'closing', report: Report): void {
    this.stop()
    this.#raw.end(formatFrame(name, report))
  }

  /** No more heartbeats. */
  stop(): void {
    this.#cancelHeartbeat()
  }

  #beat(): void {
    if (!this.#full) this.#write(': still waiting\n\n')
    this.#cancelHeartbeat = this.#schedule(HEARTBEAT_SECONDS, () => this.#beat())
  }

  #drained(): void {
    this.#full = false
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#write(held)
  }

  #write(text: string): void {
    this.#full = !this.#raw.write(text)
  }
}

function formatFrame(name: string, { id, json }: Report): string {
  return `id: ${id}\nevent: ${name}\ndata: ${json}\n\n`
}
