import { Backoff } from '../../lib/backoff.ts'
import { errorChain } from '../../lib/error-chain.ts'
import { pause } from '../../lib/schedule.ts'
import type { Seconds } from '../../model/meta.ts'
import { summarizeError } from '../log.ts'
import type { NotifierOptions } from '../notifier-options.ts'
import { RETRY_SECONDS } from './lease.ts'

/** Interval between checks that cost no request: whether this replica is synced, or another's lease expired, seconds. */
const CHECK_SECONDS = 0.25
/** While the Lease cannot be read or written, seconds: two attempts fit between a renewal and its deadline of 10 s. */
const BACKOFF = { base: RETRY_SECONDS, cap: 4 }

/** Acquires and renews the lease in a loop of its own, so that nothing else delays a renewal. */
export class Election {
  readonly #options: Pick<NotifierOptions, 'lease' | 'isSynced' | 'schedule' | 'random' | 'log'>
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  #problem: string | null = null
  #term = 0
  #running: Promise<void> = Promise.resolve()

  /** A replica that is not synced leaves the lease to others. */
  constructor(options: Pick<NotifierOptions, 'lease' | 'isSynced' | 'schedule' | 'random' | 'log'>) {
    this.#options = options
    this.#backoff = new Backoff(BACKOFF, options.random)
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Grows each time this replica acquires the lease: another replica may have sent in between. */
  get term(): number {
    return this.#term
  }

  /** Why the lease cannot be acquired; null: no problem. */
  get problem(): string | null {
    return this.#problem
  }

  /** Ends the loop. The lease stays held, so that the last changes can be written before it is released. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { schedule, log } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      let wait: Seconds
      try {
        wait = await this.#attempt()
        this.#problem = null
        this.#backoff.reset()
      } catch (error) {
        wait = this.#backoff.next(CHECK_SECONDS)
        // Once per outage of the API server, not at each attempt.
        if (this.#problem === null)
          log.warn({ error: errorChain(error) }, 'the lease cannot be acquired; trying again')
        this.#problem = `the Lease cannot be read or written (${summarizeError(error)})`
      }
      await pause(schedule, wait, signal)
    }
  }

  /** Resolves with the time until the next attempt. */
  async #attempt(): Promise<Seconds> {
    const { lease, isSynced } = this.#options
    if (!isSynced()) {
      await lease.release()
      return CHECK_SECONDS
    }
    const wasHeld = lease.isHeld
    await lease.acquire()
    if (!wasHeld && lease.isHeld) this.#term += 1
    // Another replica's lease is acquired as soon as it expires, not at the next regular attempt.
    return Math.min(RETRY_SECONDS, Math.max(lease.expiresIn, CHECK_SECONDS))
  }
}
