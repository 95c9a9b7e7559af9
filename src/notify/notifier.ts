import { Backoff } from '../lib/backoff.ts'
import { errorChain } from '../lib/error-chain.ts'
import { pause } from '../lib/schedule.ts'
import type { NotificationQueue } from '../metrics/notifications.ts'
import { Dispatcher } from './delivery/dispatcher.ts'
import { Election } from './leader/election.ts'
import { summarizeError } from './log.ts'
import type { NotifierOptions } from './notifier-options.ts'
import { OutboxConflictError } from './outbox/entries.ts'
import { isDisabled, listPending, prune } from './outbox/outbox.ts'
import { recordBaseline } from './reconcile/baseline.ts'
import { readClusterUid } from './reconcile/cluster-facts.ts'
import { Reconciler } from './reconcile/reconciler.ts'

/** Between two passes of the reconciler, seconds. Events come in bursts, so this keeps writes few. */
const PASS_INTERVAL = 0.5
/** After failed passes, seconds: half a minute is short compared with the outages that cause them. */
const BACKOFF = { base: 1, cap: 30 }

/** What exists only while this replica sends. */
interface Leadership {
  /** The term of the election in which it began. */
  readonly term: number
  readonly dispatcher: Dispatcher
  readonly reconciler: Reconciler
}

/** Reports what happens to apps: only while it holds the lease, and only events that the outbox has stored. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #stop = new AbortController()
  readonly #election: Election
  #leadership: Leadership | null = null
  readonly #backoff: Backoff
  #problem: string | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(options: NotifierOptions) {
    this.#options = options
    this.#backoff = new Backoff(BACKOFF, options.random)
    this.#election = new Election(options)
  }

  start(): void {
    this.#election.start()
    this.#running = this.#run()
  }

  /** Writes the last outcomes and releases the lease. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all([this.#running, this.#election.stop()])
    const wasLeading = this.#leadership !== null
    await this.#resign()
    const { store, lease } = this.#options
    if (wasLeading)
      await this.#attempt('the last deliveries could not be recorded and will be sent again', store.flush())
    await this.#attempt('the lease could not be released; it will expire', lease.release())
  }

  async #attempt(warning: string, task: Promise<void>): Promise<void> {
    try {
      await task
    } catch (error) {
      this.#options.log.warn({ error: errorChain(error) }, warning)
    }
  }

  /** Whether this replica sends, so that its outbox in memory is the newest. */
  get isLeading(): boolean {
    return this.#options.lease.isHeld && this.#leadership?.term === this.#election.term
  }

  /** Why nothing is sent; null: no problem is known here, though another replica may be the one that sends. */
  get problem(): string | null {
    const problem = this.#election.problem ?? this.#problem
    return problem === null ? null : `notifications are not sent: ${problem}`
  }

  get queue(): NotificationQueue {
    const { dispatcher, reconciler } = this.#leadership ?? {}
    return {
      length: dispatcher?.length ?? 0,
      oldest: dispatcher?.oldest ?? null,
      withoutRoom: reconciler?.withoutRoom ?? 0,
    }
  }

  async #run(): Promise<void> {
    const { schedule, log } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      let wait = PASS_INTERVAL
      try {
        await this.#pass()
        this.#backoff.reset()
        this.#problem = null
      } catch (error) {
        wait = this.#backoff.next(PASS_INTERVAL)
        this.#problem = `the outbox cannot be read or written (${summarizeError(error)})`
        log.warn({ error: errorChain(error) }, 'the notifier failed and will try again')
        if (error instanceof OutboxConflictError) await this.#resign()
      }
      await pause(schedule, wait, signal)
    }
  }

  async #pass(): Promise<void> {
    const { lease, isSynced } = this.#options
    if (!lease.isHeld || !isSynced()) return this.#resign()
    if (!this.isLeading) await this.#resign()
    const { reconciler } = this.#leadership ?? (await this.#lead())
    await reconciler.reconcile()
  }

  /** Continues where the outbox says that the last leader stopped. */
  async #lead(): Promise<Leadership> {
    const { objects, store, settings, now, log } = this.#options
    const { selection, targets } = settings
    // The term before any wait: if the lease is lost and acquired again meanwhile, this leadership is void.
    const { term } = this.#election
    const clusterUid = await readClusterUid(objects)
    await store.load()
    await recordBaseline({ ...this.#options, selection, now: now() })
    prune(store, targets, now())
    await store.flush()
    const pending = listPending(store.entries())
    const names = targets.map(({ name }) => name)
    log.info({ pending: pending.length, targets: names }, 'sending notifications')
    for (const target of targets)
      if (isDisabled(store, target))
        log.warn({ target: target.name }, 'a target answered 410 Gone and is disabled')
    const dispatcher = new Dispatcher(this.#options, () => this.isLeading)
    const sequence = pending.at(-1)?.[1].sequence ?? 0
    const reconciler = new Reconciler(this.#options, dispatcher, clusterUid, sequence)
    this.#leadership = { term, dispatcher, reconciler }
    for (const [key, event] of pending) dispatcher.offer(key, event)
    return this.#leadership
  }

  async #resign(): Promise<void> {
    if (this.#leadership === null) return
    const { dispatcher } = this.#leadership
    this.#leadership = null
    this.#options.log.info({}, 'no longer sending notifications')
    await dispatcher.close()
  }
}
