import { Backoff } from '../../lib/backoff.ts'
import { errorChain } from '../../lib/error-chain.ts'
import type { Schedule } from '../../lib/schedule.ts'
import type { Seconds } from '../../model/meta.ts'
import { summarizeError, type Log } from '../log.ts'
import { pause } from '../pause.ts'
import { type Lease, RETRY_SECONDS } from './lease.ts'

/** How often it is looked whether this replica can send by now, which costs nothing, seconds. */
const ELIGIBLE_EVERY = 0.25
/** While the Lease cannot be read or written, seconds: two tries fit between a renewal and its deadline of 10 s. */
const BACKOFF = { base: RETRY_SECONDS, cap: 4 }

export interface ElectionOptions {
  readonly lease: Pick<Lease, 'isHeld' | 'acquire' | 'release' | 'expiresIn'>
  /** Whether this replica could send if it were elected; who cannot leaves the lease to others. */
  readonly eligible: () => boolean
  readonly schedule: Schedule
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly log: Log
}

/** Tries for the lease at a pace of its own: nothing that its holder does keeps it from being renewed. */
export class Election {
  readonly #options: ElectionOptions
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  #trouble: string | null = null
  #term = 0
  #running: Promise<void> = Promise.resolve()

  constructor(options: ElectionOptions) {
    this.#options = options
    this.#backoff = new Backoff(BACKOFF, options.random)
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Grows each time the lease is had anew: another replica may have sent meanwhile. */
  get term(): number {
    return this.#term
  }

  get held(): boolean {
    return this.#options.lease.isHeld
  }

  /** Why no lease can be had; null: it can. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Ends it. The lease is still held, so that its holder can write what it knows; then `release`. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** Gives the lease up, so that another replica may take it at once. Throws what the API server answered. */
  release(): Promise<void> {
    return this.#options.lease.release()
  }

  async #run(): Promise<void> {
    const { lease, eligible, schedule, log } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      let wait: Seconds = RETRY_SECONDS
      try {
        if (eligible()) {
          const before = lease.isHeld
          await lease.acquire()
          if (!before && lease.isHeld) this.#term += 1
          // A lease that runs out is taken then, not with the next round.
          wait = Math.min(RETRY_SECONDS, Math.max(lease.expiresIn, ELIGIBLE_EVERY))
        } else {
          await lease.release()
          wait = ELIGIBLE_EVERY
        }
        this.#trouble = null
        this.#backoff.reset()
      } catch (error) {
        wait = this.#backoff.next(ELIGIBLE_EVERY)
        // Once, not every two seconds for as long as the API server is away.
        if (this.#trouble === null)
          log.warn({ error: errorChain(error) }, 'the lease cannot be acquired; trying again')
        this.#trouble = `the Lease cannot be read or written (${summarizeError(error)})`
      }
      await pause(schedule, wait, signal)
    }
  }
}
