import { Backoff } from '../lib/backoff.ts'
import { errorChain } from '../lib/error-chain.ts'
import type { NotificationQueue } from '../metrics/notifications.ts'
import { Dispatcher } from './delivery/dispatcher.ts'
import { Election } from './leader/election.ts'
import { summarizeError } from './log.ts'
import type { NotifierOptions } from './notifier-options.ts'
import { isDisabled, prune } from './outbox/outbox.ts'
import { OutboxConflictError } from './outbox/outbox-store.ts'
import { pause } from './pause.ts'
import { recordBaseline } from './reconcile/baseline.ts'
import { readClusterUid } from './reconcile/cluster-facts.ts'
import { Reconciler } from './reconcile/reconciler.ts'

/** Between two looks at the cluster, seconds. Events come together, so writes are few. */
const LOOK_EVERY = 0.5
/** After looks that failed, seconds: half a minute is short beside the outages that make them fail. */
const BACKOFF = { base: 1, cap: 30 }

/** What there is while this replica sends. */
interface Leadership {
  readonly term: number
  readonly dispatch: Dispatcher
  readonly teller: Reconciler
}

/** Tells targets what happens to apps: while it holds the lease, and only what the ledger has safely kept. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #stop = new AbortController()
  readonly #election: Election
  #leadership: Leadership | null = null
  readonly #backoff: Backoff
  #trouble: string | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(options: NotifierOptions) {
    this.#options = options
    const { lease, isSynced: synced, schedule, random, log } = options
    this.#backoff = new Backoff(BACKOFF, random)
    // Who does not know the cluster has nothing to tell of it.
    this.#election = new Election({ lease, eligible: synced, schedule, random, log })
  }

  start(): void {
    this.#election.start()
    this.#running = this.#run()
  }

  /** Writes what is known of deliveries and hands the lease over. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all([this.#running, this.#election.stop()])
    const wasLeading = this.#leadership !== null
    await this.#resign()
    const { store } = this.#options
    if (wasLeading)
      await this.#attempt('the last deliveries could not be recorded and will be sent again', store.flush())
    await this.#attempt('the lease could not be released; it will expire', this.#election.release())
  }

  async #attempt(otherwise: string, task: Promise<void>): Promise<void> {
    try {
      await task
    } catch (error) {
      this.#options.log.warn({ error: errorChain(error) }, otherwise)
    }
  }

  /** Whether this replica sends, so that its ledger in memory is the newest. */
  get isLeading(): boolean {
    return this.#election.held && this.#leadership?.term === this.#election.term
  }

  /** Why nothing is sent; null: nothing is wrong here, though another replica may be the one that sends. */
  get problem(): string | null {
    const trouble = this.#election.trouble ?? this.#trouble
    return trouble === null ? null : `notifications are not sent: ${trouble}`
  }

  get queue(): NotificationQueue {
    const { dispatch = null, teller = null } = this.#leadership ?? {}
    return {
      length: dispatch?.length ?? 0,
      oldest: dispatch?.oldest ?? null,
      withoutRoom: teller?.withoutRoom ?? 0,
    }
  }

  async #run(): Promise<void> {
    const { schedule, log } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      let wait = LOOK_EVERY
      try {
        await this.#cycle()
        this.#backoff.reset()
        this.#trouble = null
      } catch (error) {
        wait = this.#backoff.next(LOOK_EVERY)
        this.#trouble = `the outbox cannot be read or written (${summarizeError(error)})`
        log.warn({ error: errorChain(error) }, 'the notifier failed and will try again')
        if (error instanceof OutboxConflictError) await this.#resign()
      }
      await pause(schedule, wait, signal)
    }
  }

  async #cycle(): Promise<void> {
    if (!this.#election.held || !this.#options.isSynced()) return this.#resign()
    if (!this.isLeading) await this.#resign()
    const { teller } = this.#leadership ?? (await this.#lead())
    await teller.reconcile()
  }

  /** Goes on where the ledger says the last leader was. */
  async #lead(): Promise<Leadership> {
    const { objects, store, view, scope, settings, now, policy, log } = this.#options
    // Lost and had again meanwhile, it is another one, and all begins anew.
    const { term } = this.#election
    const cluster = await readClusterUid(objects)
    await store.load()
    await recordBaseline({ store, view, scope, selection: settings.selection, now: now(), policy })
    prune(store, settings.targets, now())
    await store.flush()
    const pending = [...store.entries()].flatMap(([key, entry]) =>
      entry.type === 'pending' ? [[key, entry] as const] : [],
    )
    const sorted = pending.toSorted(([, one], [, other]) => one.sequence - other.sequence)
    const targets = settings.targets.map(({ name }) => name)
    log.info({ pending: sorted.length, targets }, 'sending notifications')
    for (const target of settings.targets)
      if (isDisabled(store, target))
        log.warn({ target: target.name }, 'a target answered 410 Gone and is disabled')
    const dispatch = new Dispatcher(this.#options, () => this.isLeading)
    const teller = new Reconciler(this.#options, dispatch, cluster, sorted.at(-1)?.[1].sequence ?? 0)
    const leadership = { term, dispatch, teller }
    this.#leadership = leadership
    for (const [key, entry] of sorted) dispatch.offer(key, entry)
    return leadership
  }

  async #resign(): Promise<void> {
    const { dispatch } = this.#leadership ?? {}
    if (dispatch === undefined) return
    this.#leadership = null
    this.#options.log.info({}, 'no longer sending notifications')
    await dispatch.close()
  }
}
