import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Span } from './tale.ts'

const PROGRAM = fileURLToPath(new URL('replica.ts', import.meta.url))
/** What the service logs when it begins to send. */
const LEADS = 'sending notifications'
/** ... and when it can no longer be sure that it may. */
const LEADS_NO_MORE = 'no longer sending notifications'
const KEPT_LINES = 400

/** Processes of the service, started and killed, with when each of them was the one that sends. */
export class Replicas {
  /** Real milliseconds. A replica that leads anew, having lost the lease, begins a new span. */
  readonly led: Span[] = []
  /** What they logged at level warn and above. */
  readonly warnings: string[] = []
  /** Those that nobody killed. */
  readonly ended: string[] = []
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
      (span) => this.led.push(span),
      (line) => this.#warned(line),
      (how) => this.ended.push(`a replica ended by itself: ${how}`),
    )
    this.#running.push(replica)
    this.started += 1
    return replica
  }

  get running(): readonly Replica[] {
    return this.#running
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(replica: Replica): Promise<void> {
    this.#running.splice(this.#running.indexOf(replica), 1)
    this.killed += 1
    await replica.kill()
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#running].map((replica) => this.kill(replica)))
  }

  #warned(line: string): void {
    this.warnings.push(line)
    if (this.warnings.length > KEPT_LINES) this.warnings.shift()
  }
}

export class Replica {
  readonly #process: ChildProcess
  #span: Span | null = null
  #exited = false
  #killed = false
  /** Resolves when it leads for the first time, or is gone. */
  readonly leads: Promise<void>

  constructor(
    settingsFile: string,
    led: (span: Span) => void,
    warned: (line: string) => void,
    ended: (how: string) => void,
  ) {
    this.#process = spawn(process.execPath, [PROGRAM, settingsFile], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.leads = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#exited = true
        if (!this.#killed) ended(signal ?? `exit code ${code}`)
        this.#ended()
        resolve()
      })
      eachLine(this.#process, (line) => {
        if (line.includes(LEADS_NO_MORE)) this.#ended()
        else if (line.includes(LEADS)) {
          this.#ended()
          this.#span = { from: Date.now(), to: Number.POSITIVE_INFINITY }
          led(this.#span)
          resolve()
        } else if (!line.includes('"level":30')) warned(line)
      })
    })
  }

  async kill(): Promise<void> {
    if (this.#exited) return
    this.#killed = true
    const exited = once(this.#process, 'exit')
    this.#ended()
    this.#process.kill('SIGKILL')
    await exited
  }

  #ended(): void {
    if (this.#span?.to === Number.POSITIVE_INFINITY) this.#span.to = Date.now()
  }
}

function eachLine(process: ChildProcess, heard: (line: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    let rest = ''
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) heard(line)
    })
  }
}
