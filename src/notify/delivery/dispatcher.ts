import type { Seconds } from '../../model/meta.ts'
import type { NotifierOptions } from '../notifier-options.ts'
import type { PendingEvent } from '../outbox/entries.ts'
import { recordOutcome, prune } from '../outbox/outbox.ts'
import type { Target } from '../settings.ts'
import type { Outcome } from './retries.ts'
import { Sender } from './sender.ts'
import { TargetQueue } from './target-queue.ts'

/** The couriers of all targets, and what the ledger learns from them. */
export class Dispatcher {
  readonly #options: NotifierOptions
  readonly #couriers: readonly TargetQueue[]

  /** `mayContinue`: whether this replica may send at that moment. */
  constructor(options: NotifierOptions, mayContinue: () => boolean) {
    this.#options = options
    const { allowLoopback, now, wallNow, schedule, random, settings } = options
    this.#couriers = settings.targets.map(
      (target) =>
        new TargetQueue(target, {
          sender: new Sender(target, allowLoopback, wallNow, schedule),
          now,
          schedule,
          random,
          mayContinue,
          done: (key, to, attempts, outcome) => this.#done(key, to, attempts, outcome),
        }),
    )
  }

  /** Takes over an event that the ledger has kept. */
  offer(key: string, pending: PendingEvent): void {
    for (const courier of this.#couriers) courier.offer(key, pending)
  }

  /** Forgets an event that the ledger does not keep any more, and says so for the targets that did not get it. */
  drop(key: string, pending: PendingEvent, why: string): void {
    for (const courier of this.#couriers) courier.remove(key, pending)
    for (const [target, { attempts }] of Object.entries(pending.targets))
      this.#options.onAttempt(pending.event, target, attempts, { type: 'dead', why })
  }

  /** Names of the targets that have taken nothing for long. */
  get failing(): readonly string[] {
    return this.#couriers.filter((courier) => courier.failing).map(({ target }) => target.name)
  }

  /** How many deliveries wait. */
  get length(): number {
    return this.#couriers.reduce((sum, { length }) => sum + length, 0)
  }

  /** When the oldest event that waits happened; null when none waits. */
  get oldest(): Seconds | null {
    const oldest = this.#couriers.map((courier) => courier.oldest).filter((at) => at !== null)
    return oldest.length === 0 ? null : Math.min(...oldest)
  }

  /** Breaks off what is under way; the ledger still has it. */
  async close(): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.close()))
  }

  #done(key: string, target: Target, attempts: number, outcome: Outcome): void {
    const { store, now, onAttempt: attempted, log, settings } = this.#options
    const entry = store.get(key)
    const event = entry?.type === 'pending' ? entry.event : undefined
    if (event !== undefined) attempted(event, target.name, attempts, outcome)
    recordOutcome(store, key, target, attempts, outcome, now())
    if (outcome.type === 'gone') prune(store, settings.targets, now())
    const details = { target: target.name, event: event?.id, attempts }
    if (outcome.type === 'dead') log.warn({ ...details, why: outcome.why }, 'a notification was given up')
    if (outcome.type === 'gone') log.warn(details, 'a target answered 410 Gone and is disabled')
  }
}
