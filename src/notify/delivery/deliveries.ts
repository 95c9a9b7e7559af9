import type { Seconds } from '../../model/meta.ts'
import type { AppEvent } from '../event.ts'
import type { OutboxView, PendingEvent } from '../outbox/entries.ts'
import type { Outcome } from './retries.ts'

/** The last attempt of this process to deliver an event to a target. */
export interface AttemptRecord {
  readonly event: AppEvent
  /** Name of the target. */
  readonly target: string
  /** Number of attempts, this one included. */
  readonly attempts: number
  readonly at: Seconds
  readonly outcome: Outcome
}

/** One record has 1 KB: at most a megabyte in all. */
const MAX_RECORDS = 1000

/** What this process sent lately, in memory. When it is full, it forgets the oldest attempt. */
export class AttemptHistory {
  readonly #maxRecords: number
  /** By event and target, in the order of their last attempt. */
  readonly #records = new Map<string, AttemptRecord>()

  constructor(maxRecords = MAX_RECORDS) {
    this.#maxRecords = maxRecords
  }

  add(record: AttemptRecord): void {
    const key = buildDeliveryKey(record)
    this.#records.delete(key)
    this.#records.set(key, record)
    if (this.#records.size <= this.#maxRecords) return
    const [oldest] = this.#records.keys()
    if (oldest !== undefined) this.#records.delete(oldest)
  }

  get(delivery: Pick<Delivery, 'event' | 'target'>): AttemptRecord | undefined {
    return this.#records.get(buildDeliveryKey(delivery))
  }

  all(): Iterable<AttemptRecord> {
    return this.#records.values()
  }
}

/** The state of one event at one target: `pending` before the first attempt, `retry` between two. */
export interface Delivery {
  readonly event: AppEvent
  readonly target: string
  readonly attempts: number
  readonly outcome: 'pending' | 'retry' | 'delivered' | 'dead' | 'gone'
  /** What failed; null when nothing did, or when this process does not know. */
  readonly why: string | null
  /** Time of the last attempt; null without one, or when another replica made it. */
  readonly attemptedAt: Seconds | null
  /** Time of the next attempt; null when there will be none. */
  readonly dueAt: Seconds | null
}

/**
 * Waiting and given-up deliveries from the outbox, and completed ones from the history of this process; newest event first.
 * Where both have a delivery, a completion in the history counts (the outbox may be older), else the outbox.
 */
export function listDeliveries(outbox: OutboxView, history: AttemptHistory): Delivery[] {
  const byKey = new Map<string, Delivery>()
  for (const [, entry] of outbox.entries()) {
    if (entry.type !== 'pending') continue
    for (const delivery of listPendingDeliveries(entry, history))
      byKey.set(buildDeliveryKey(delivery), delivery)
  }
  for (const { event, target, attempts, at, outcome } of history.all()) {
    if (outcome.type === 'retry') continue
    const why = outcome.type === 'dead' ? outcome.why : outcome.type === 'gone' ? 'status 410' : null
    const facts = { event, target, attempts, outcome: outcome.type, why, attemptedAt: at, dueAt: null }
    byKey.set(buildDeliveryKey(facts), facts)
  }
  return [...byKey.values()].toSorted(compareDeliveries)
}

/** Newest event first; no two deliveries are equal. */
export function compareDeliveries(one: Delivery, other: Delivery): number {
  const byTime = other.event.at - one.event.at
  if (byTime !== 0) return byTime
  return buildDeliveryKey(one) < buildDeliveryKey(other) ? -1 : 1
}

/** Identifies one event at one target. */
export function buildDeliveryKey({ event, target }: Pick<Delivery, 'event' | 'target'>): string {
  return `${event.id} ${target}`
}

function* listPendingDeliveries(
  { event, targets, dead }: PendingEvent,
  history: AttemptHistory,
): Iterable<Delivery> {
  for (const [target, { attempts, dueAt }] of Object.entries(targets)) {
    const last = history.get({ event, target })
    const isOwn = last !== undefined && last.attempts === attempts
    yield {
      event,
      target,
      attempts,
      outcome: attempts === 0 ? 'pending' : 'retry',
      why: isOwn && last.outcome.type === 'retry' ? last.outcome.why : null,
      attemptedAt: isOwn ? last.at : null,
      dueAt: attempts === 0 ? null : dueAt,
    }
  }
  for (const [target, why] of Object.entries(dead)) {
    // The outbox does not store the number of attempts: this process knows it only if it made them.
    const { attempts = 0, at: attemptedAt = null } = history.get({ event, target }) ?? {}
    yield { event, target, attempts, outcome: 'dead', why, attemptedAt, dueAt: null }
  }
}
