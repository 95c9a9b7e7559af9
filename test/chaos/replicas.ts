import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Span } from './timeline.ts'

const PROGRAM = fileURLToPath(new URL('replica.ts', import.meta.url))
/** Logged by a replica that begins to send. */
const LEADING_MESSAGE = 'sending notifications'
/** Logged by a replica that stops sending. */
const RESIGNED_MESSAGE = 'no longer sending notifications'
const MAX_WARNINGS = 400

/** Starts and kills processes of the service, and records when each of them was the leader. */
export class Replicas {
  /** A replica that loses the lease and acquires it again begins a new span. */
  readonly leaderships: Span[] = []
  /** Log lines of level warn and above. */
  readonly warnings: string[] = []
  /** Exits of replicas that were not killed. */
  readonly unexpectedExits: string[] = []
  readonly #settingsFile: string
  readonly #running: Replica[] = []
  started = 0
  killed = 0

  constructor(settingsFile: string) {
    this.#settingsFile = settingsFile
  }

  start(): Replica {
    const replica = new Replica(
      this.#settingsFile,
      (span) => this.leaderships.push(span),
      (line) => this.#addWarning(line),
      (how) => this.unexpectedExits.push(`a replica ended by itself: ${how}`),
    )
    this.#running.push(replica)
    this.started += 1
    return replica
  }

  get running(): readonly Replica[] {
    return this.#running
  }

  /** Sends SIGKILL; resolves when the process has exited. */
  async kill(replica: Replica): Promise<void> {
    this.#running.splice(this.#running.indexOf(replica), 1)
    this.killed += 1
    await replica.kill()
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#running].map((replica) => this.kill(replica)))
  }

  #addWarning(line: string): void {
    this.warnings.push(line)
    if (this.warnings.length > MAX_WARNINGS) this.warnings.shift()
  }
}

export class Replica {
  readonly #process: ChildProcess
  #span: Span | null = null
  #exited = false
  #killed = false
  /** Resolves when it leads for the first time, or has exited. */
  readonly whenLeading: Promise<void>

  constructor(
    settingsFile: string,
    onLeadership: (span: Span) => void,
    onWarning: (line: string) => void,
    onUnexpectedExit: (how: string) => void,
  ) {
    this.#process = spawn(process.execPath, [PROGRAM, settingsFile], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.whenLeading = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#exited = true
        if (!this.#killed) onUnexpectedExit(signal ?? `exit code ${code}`)
        this.#closeSpan()
        resolve()
      })
      onLine(this.#process, (line) => {
        if (line.includes(RESIGNED_MESSAGE)) this.#closeSpan()
        else if (line.includes(LEADING_MESSAGE)) {
          this.#closeSpan()
          this.#span = { from: Date.now(), to: Number.POSITIVE_INFINITY }
          onLeadership(this.#span)
          resolve()
        } else if (!line.includes('"level":30')) onWarning(line)
      })
    })
  }

  async kill(): Promise<void> {
    if (this.#exited) return
    this.#killed = true
    const exited = once(this.#process, 'exit')
    this.#closeSpan()
    this.#process.kill('SIGKILL')
    await exited
  }

  #closeSpan(): void {
    if (this.#span?.to === Number.POSITIVE_INFINITY) this.#span.to = Date.now()
  }
}

function onLine(process: ChildProcess, callback: (line: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    let rest = ''
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) callback(line)
    })
  }
}
