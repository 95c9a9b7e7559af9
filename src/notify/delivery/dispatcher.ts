import type { Seconds } from '../../model/meta.ts'
import type { NotifierOptions } from '../notifier-options.ts'
import type { PendingEvent } from '../outbox/entries.ts'
import { prune, recordOutcome } from '../outbox/outbox.ts'
import type { Target } from '../settings.ts'
import type { Outcome } from './retries.ts'
import { Sender } from './sender.ts'
import { TargetQueue } from './target-queue.ts'

/** The queues of all targets. It records the outcomes of their attempts in the outbox. */
export class Dispatcher {
  readonly #options: NotifierOptions
  readonly #queues: readonly TargetQueue[]

  /** `maySend`: whether this replica may send at that moment. */
  constructor(options: NotifierOptions, maySend: () => boolean) {
    this.#options = options
    const { wallNow, schedule, settings } = options
    this.#queues = settings.targets.map((target) => {
      const sender = new Sender(target, options, wallNow, schedule)
      const onOutcome = (key: string, attempts: number, outcome: Outcome) =>
        this.#record(key, target, attempts, outcome)
      return new TargetQueue(target, { ...options, sender, maySend, onOutcome })
    })
  }

  /** Queues an event that is stored in the outbox. */
  offer(key: string, pending: PendingEvent): void {
    for (const queue of this.#queues) queue.offer(key, pending)
  }

  /** Forgets an event that was removed from the outbox, and counts it as given up for its targets. */
  drop(key: string, pending: PendingEvent, why: string): void {
    for (const queue of this.#queues) queue.remove(key, pending)
    for (const [target, { attempts }] of Object.entries(pending.targets))
      this.#options.onAttempt(pending.event, target, attempts, { type: 'dead', why })
  }

  /** Names of the targets that have accepted nothing for long. */
  get failing(): readonly string[] {
    return this.#queues.filter((queue) => queue.isFailing).map(({ target }) => target.name)
  }

  /** Number of deliveries that wait. */
  get length(): number {
    return this.#queues.reduce((sum, { length }) => sum + length, 0)
  }

  /** When the oldest waiting event happened; null when none waits. */
  get oldest(): Seconds | null {
    const oldest = this.#queues.map((queue) => queue.oldest).filter((at) => at !== null)
    return oldest.length === 0 ? null : Math.min(...oldest)
  }

  /** Aborts running attempts; the outbox keeps their events. */
  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.close()))
  }

  #record(key: string, target: Target, attempts: number, outcome: Outcome): void {
    const { store, now, onAttempt, log, settings } = this.#options
    const entry = store.get(key)
    const event = entry?.type === 'pending' ? entry.event : undefined
    if (event !== undefined) onAttempt(event, target.name, attempts, outcome)
    recordOutcome(store, key, target, attempts, outcome, now())
    if (outcome.type === 'gone') prune(store, settings.targets, now())
    const details = { target: target.name, event: event?.id, attempts }
    if (outcome.type === 'dead') log.warn({ ...details, why: outcome.why }, 'a notification was given up')
    if (outcome.type === 'gone') log.warn(details, 'a target answered 410 Gone and is disabled')
  }
}
