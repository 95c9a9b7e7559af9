import type { Alarm } from '../analyze/gate/alarm.ts'
import type { Policy } from '../classify/policy.ts'
import type { ApiObjects } from '../cluster/api-objects.ts'
import type { NotificationQueue } from '../metrics/notifications.ts'
import type { Seconds } from '../model/meta.ts'
import { enter, settle, tidy } from './book.ts'
import { clusterUid, withImage } from './cluster-facts.ts'
import { Courier } from './courier.ts'
import { derive, forgotten } from './derive.ts'
import type { AppEvent } from './event.ts'
import { type Lease, RETRY_SECONDS } from './lease.ts'
import { KEYS, type Pending } from './ledger.ts'
import type { Outcome } from './retries.ts'
import { Sender } from './sender.ts'
import type { NotifySettings, Target } from './settings.ts'
import { presentCrashes } from './sources/crashes.ts'
import { presentReleases } from './sources/releases.ts'
import type { NotifyView } from './sources/source.ts'
import { LedgerConflictError, type LedgerStore } from './store/ledger-store.ts'

/** Between two looks at the cluster, seconds. Events come together, so writes are few. */
const LOOK_EVERY = 0.5

export interface NotifierOptions {
  readonly settings: NotifySettings
  readonly view: NotifyView
  /** Whether the cluster was read completely. */
  readonly synced: () => boolean
  readonly objects: ApiObjects
  readonly store: LedgerStore
  readonly lease: Lease
  readonly now: () => Seconds
  /** Goes with `now`: a clock that runs faster makes every wait shorter. */
  readonly alarm: Alarm
  readonly allowLoopback: boolean
  readonly staleAfterSeconds: number
  readonly policy: Policy
  readonly attempted: (event: AppEvent, target: string, attempts: number, outcome: Outcome) => void
  readonly log: Log
}

export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** Tells targets what happens to apps: while it holds the lease, and only what the ledger has safely kept. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #stop = new AbortController()
  #couriers: Courier[] = []
  #leading = false
  #triedAt = Number.NEGATIVE_INFINITY
  #cluster = ''
  #beganAt: Seconds = 0
  #sequence = 0
  /** Entered in the ledger, but not known to be written: not to be sent yet. */
  #unsaved: (readonly [string, Pending])[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(options: NotifierOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Writes what is known of deliveries and hands the lease over. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    const wasLeading = this.#leading
    await this.#resign()
    if (!wasLeading) return
    const { store, lease } = this.#options
    await this.#attempt('what was delivered last is sent again, as it could not be written', store.flush())
    await this.#attempt('the lease could not be given up; it runs out', lease.release())
  }

  async #attempt(otherwise: string, task: Promise<void>): Promise<void> {
    try {
      await task
    } catch (error) {
      this.#options.log.warn({ error: told(error) }, otherwise)
    }
  }

  /** Whether this replica sends, so that its ledger in memory is the newest. */
  get leading(): boolean {
    return this.#leading && this.#options.lease.held
  }

  get queue(): NotificationQueue {
    const oldest = this.#couriers.map((courier) => courier.oldest).filter((at) => at !== null)
    return {
      length: this.#couriers.reduce((sum, { length }) => sum + length, 0),
      oldest: oldest.length === 0 ? null : Math.min(...oldest),
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#cycle()
      } catch (error) {
        this.#options.log.warn({ error: told(error) }, 'the notifier could not go on and tries again')
        if (error instanceof LedgerConflictError || !this.#options.lease.held) await this.#resign()
      }
      await this.#pause(signal)
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.alarm(LOOK_EVERY, () => {
        signal.removeEventListener('abort', stopped)
        resolve()
      })
      const stopped = () => {
        cancel()
        resolve()
      }
      if (signal.aborted) stopped()
      else signal.addEventListener('abort', stopped, { once: true })
    })
  }

  async #cycle(): Promise<void> {
    const { lease, now, synced } = this.#options
    if (now() - this.#triedAt >= RETRY_SECONDS) {
      this.#triedAt = now()
      await lease.acquire()
    }
    if (!lease.held) return this.#resign()
    if (!synced()) return
    if (!this.#leading) await this.#lead()
    await this.#tell()
  }

  /** Goes on where the ledger says the last leader was. */
  async #lead(): Promise<void> {
    const { objects, store, settings, now, log } = this.#options
    this.#cluster = await clusterUid(objects)
    await store.load()
    const beginning = store.get(KEYS.beginning)
    if (beginning?.type === 'beginning') this.#beganAt = beginning.at
    else await this.#begin()
    tidy(store, settings.targets, now())
    await store.flush()
    this.#couriers = settings.targets.map((target) => this.#courier(target))
    const pending = [...store.entries()].flatMap(([key, entry]) =>
      entry.type === 'pending' ? [[key, entry] as const] : [],
    )
    const sorted = pending.toSorted(([, one], [, other]) => one.sequence - other.sequence)
    this.#sequence = sorted.at(-1)?.[1].sequence ?? 0
    this.#unsaved = []
    this.#leading = true
    log.info(
      { pending: sorted.length, targets: settings.targets.map(({ name }) => name) },
      'sending notifications',
    )
    this.#offer(sorted)
  }

  /** The first start ever. The beginning is written last: who is killed before begins anew. */
  async #begin(): Promise<void> {
    const { store, view, settings, now } = this.#options
    const situation = { view, selection: settings.selection, now: now() }
    for (const [key, entry] of [...presentReleases(situation), ...presentCrashes(situation)])
      store.set(key, entry)
    await store.flush()
    this.#beganAt = now()
    store.set(KEYS.beginning, { type: 'beginning', at: this.#beganAt })
    await store.flush()
  }

  async #tell(): Promise<void> {
    const { store, view, settings, now, objects, staleAfterSeconds, policy } = this.#options
    const selection = settings.selection
    const situation = { view, ledger: store, selection, clusterUid: this.#cluster, beganAt: this.#beganAt }
    for (const step of derive({ ...situation, now: now(), staleAfterSeconds, policy })) {
      // What does not fit stays in the cluster's own state until there is room.
      if (!store.hasRoom(step.objectUid)) continue
      const events = await Promise.all(step.events.map((event) => withImage(event, objects)))
      for (const [key, entry] of step.entries) store.set(key, entry)
      for (const event of events) {
        this.#sequence += 1
        const entered = enter(store, event, settings.targets, this.#sequence)
        if (entered !== null) this.#unsaved.push(entered)
      }
    }
    if (view.settled) for (const key of [...forgotten({ view, ledger: store })]) store.set(key, undefined)
    await store.flush()
    this.#offer(this.#unsaved.splice(0))
  }

  #offer(all: readonly (readonly [string, Pending])[]): void {
    for (const [key, pending] of all) for (const courier of this.#couriers) courier.offer(key, pending)
  }

  #courier(target: Target): Courier {
    const { allowLoopback, now, alarm, lease } = this.#options
    return new Courier(target, {
      sender: new Sender(target, allowLoopback, now, alarm),
      now,
      alarm,
      mayContinue: () => this.#leading && lease.held,
      done: (key, to, attempts, outcome) => this.#done(key, to, attempts, outcome),
    })
  }

  #done(key: string, target: Target, attempts: number, outcome: Outcome): void {
    const { store, now, attempted, log, settings } = this.#options
    const entry = store.get(key)
    const event = entry?.type === 'pending' ? entry.event : undefined
    if (event !== undefined) attempted(event, target.name, attempts, outcome)
    settle(store, key, target, attempts, outcome, now())
    if (outcome.type === 'gone') tidy(store, settings.targets, now())
    const details = { target: target.name, event: event?.id, attempts }
    if (outcome.type === 'dead') log.warn({ ...details, why: outcome.why }, 'a notification was given up')
    if (outcome.type === 'gone') log.warn(details, 'a target is gone (410): it gets nothing more')
  }

  async #resign(): Promise<void> {
    if (this.#leading) this.#options.log.info({}, 'no longer sending notifications')
    this.#leading = false
    const couriers = this.#couriers
    this.#couriers = []
    await Promise.all(couriers.map((courier) => courier.close()))
  }
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
