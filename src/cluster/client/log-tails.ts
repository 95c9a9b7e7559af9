import { errorChain } from '../../lib/error-chain.ts'
import { splitLog } from '../../lib/log-lines.ts'
import type { ContainerRun, LogTail } from '../../model/log.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Connection } from './connection.ts'
import { ApiStatusError, ConnectionError } from './errors.ts'
import { readPodLog } from './pod-log.ts'

/** Lines from the end of a log: where a program says why it ends. */
const LINES = 20
/** A container runtime writes longer lines as several of this size, so that this many bytes hold all lines to the last. */
const MAX_BYTES = LINES * 16 * 1024
/** How long the logs of one answer may take together, seconds: its verdict waits for them. */
export const MAX_LOG_SECONDS = 3
/** The log of a run that has ended is the same as long as anyone may ask, seconds. */
const KEPT_SECONDS = 300
/** One that grows, or could not be read, is read again after this time, seconds. */
const KEPT_FOR_NOW_SECONDS = 10
/** Tails in memory; at most 20 lines of 500 bytes each. */
const MAX_KEPT = 200
/** Reads of one process: at first, and then each second. Each costs the API server and a kubelet a request. */
const BURST = 12
const PER_SECOND = 2

interface Kept {
  readonly tail: Promise<LogTail>
  /** Until when it is right; Infinity while it is read. */
  until: Seconds
}

/**
 * Reads the ends of logs for all who ask: each run of a container once, at a bounded rate, in bounded time. What cannot be
 * read is said in the tail and never thrown: a verdict is known without its logs.
 */
export class LogTails {
  readonly #connection: Pick<Connection, 'request'>
  readonly #now: () => Seconds
  readonly #kept = new Map<string, Kept>()
  #allowance = BURST
  #allowedAt: Seconds

  /** `now`: seconds from any origin. */
  constructor(connection: Pick<Connection, 'request'>, now: () => Seconds) {
    this.#connection = connection
    this.#now = now
    this.#allowedAt = now()
  }

  /** The tails of some runs, in their order. */
  read(runs: readonly ContainerRun[]): Promise<LogTail[]> {
    return Promise.all(runs.map((run) => this.#share(run)))
  }

  #share(run: ContainerRun): Promise<LogTail> {
    const key = [run.podUid, run.container, run.restarts, run.previous].join('/')
    const known = this.#kept.get(key)
    if (known !== undefined && this.#now() < known.until) return known.tail
    if (!this.#mayRead()) return Promise.resolve(unread(run, 'too many logs were read a moment ago'))
    this.#kept.delete(key)
    this.#makeRoom()
    const kept: Kept = { tail: this.#read(run), until: Number.POSITIVE_INFINITY }
    this.#kept.set(key, kept)
    void kept.tail.then(({ problem }) => {
      const isLasting = run.hasEnded && problem === null
      kept.until = this.#now() + (isLasting ? KEPT_SECONDS : KEPT_FOR_NOW_SECONDS)
    })
    return kept.tail
  }

  #mayRead(): boolean {
    const now = this.#now()
    this.#allowance = Math.min(BURST, this.#allowance + (now - this.#allowedAt) * PER_SECOND)
    this.#allowedAt = now
    if (this.#allowance < 1) return false
    this.#allowance -= 1
    return true
  }

  #makeRoom(): void {
    const now = this.#now()
    for (const [key, { until }] of this.#kept) if (until <= now) this.#kept.delete(key)
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest)
  }

  async #read(run: ContainerRun): Promise<LogTail> {
    const ended = new AbortController()
    const late = Promise.withResolvers<LogTail>()
    // The signal alone would not do: connecting and asking for credentials may go on after it.
    const timer = setTimeout(() => {
      late.resolve(unread(run, `it did not arrive within ${MAX_LOG_SECONDS} s`))
      ended.abort()
    }, MAX_LOG_SECONDS * 1000)
    try {
      return await Promise.race([this.#readNow(run, ended.signal), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async #readNow(run: ContainerRun, signal: AbortSignal): Promise<LogTail> {
    try {
      const text = await readPodLog(this.#connection, run, { lines: LINES, maxBytes: MAX_BYTES, signal })
      const lines = splitLog(text).slice(-LINES)
      const isGone = lines.length === 1 && REMOVED.test(lines[0] ?? '')
      return isGone ? unread(run, 'its node has removed it') : { ...name(run), lines, problem: null }
    } catch (error) {
      if (error instanceof ApiStatusError) return unread(run, describeRefusal(error))
      if (error instanceof ConnectionError) return unread(run, 'the API server did not answer')
      return unread(run, errorChain(error))
    }
  }
}

/** What a kubelet sends, with status 200, in place of a log that it cannot open. */
const REMOVED = /^(?:unable to retrieve container logs for |failed to try resolving symlinks in path )/

/** In a word: the messages of kubelets name addresses of nodes, and those of the API server repeat the question. */
function describeRefusal({ status, message }: ApiStatusError): string {
  if (status === 401 || status === 403) return 'the right to get pods/log is missing'
  if (status === 404) return 'the pod is gone'
  if (status === 429) return 'the API server has no time for it'
  if (status === 400 && /previous terminated container .* not found/.test(message))
    return 'the run before it left none'
  if (status === 400 && message.includes('is waiting to start')) return 'the container has not started yet'
  return `its node did not give it (HTTP ${status})`
}

function name({ pod, container, previous }: ContainerRun) {
  return { pod, container, previous }
}

function unread(run: ContainerRun, problem: string): LogTail {
  return { ...name(run), lines: [], problem }
}
