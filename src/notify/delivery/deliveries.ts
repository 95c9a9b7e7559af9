import type { Seconds } from '../../model/meta.ts'
import type { AppEvent } from '../event.ts'
import type { OutboxView, PendingEvent } from '../outbox/entries.ts'
import type { Outcome } from './retries.ts'

/** The state of one event at one target: `pending` before the first attempt, `retry` between two. */
export interface Delivery {
  readonly event: AppEvent
  /** Name of the target. */
  readonly target: string
  readonly attempts: number
  readonly outcome: 'pending' | Outcome['type']
  /** What failed; null when nothing did, or when this process does not know. */
  readonly why: string | null
  /** Time of the last attempt; null without one, or when another replica made it. */
  readonly attemptedAt: Seconds | null
  /** Time of the next attempt; null when there will be none. */
  readonly dueAt: Seconds | null
}

/** One delivery has 1 KB: at most a megabyte in all. */
const MAX_DELIVERIES = 1000

/** The deliveries that this process attempted lately, in memory. When it is full, it forgets the oldest attempt. */
export class AttemptHistory {
  readonly #maxDeliveries: number
  /** In the order of their last attempt. */
  readonly #deliveries = new Map<string, Delivery>()

  constructor(maxDeliveries = MAX_DELIVERIES) {
    this.#maxDeliveries = maxDeliveries
  }

  /** Records an attempt; `attempts` counts it. */
  add(event: AppEvent, target: string, attempts: number, result: Outcome, attemptedAt: Seconds): void {
    const { type: outcome } = result
    const why = outcome === 'gone' ? 'status 410' : outcome === 'delivered' ? null : result.why
    const dueAt = outcome === 'retry' ? attemptedAt + result.afterSeconds : null
    const key = buildDeliveryKey({ event, target })
    this.#deliveries.delete(key)
    this.#deliveries.set(key, { event, target, attempts, outcome, why, attemptedAt, dueAt })
    if (this.#deliveries.size <= this.#maxDeliveries) return
    const [oldest] = this.#deliveries.keys()
    if (oldest !== undefined) this.#deliveries.delete(oldest)
  }

  get(delivery: Pick<Delivery, 'event' | 'target'>): Delivery | undefined {
    return this.#deliveries.get(buildDeliveryKey(delivery))
  }

  all(): Iterable<Delivery> {
    return this.#deliveries.values()
  }
}

/**
 * Waiting and given-up deliveries from the outbox, and completed ones from the history of this process; newest event first.
 * Where both have a delivery, a completion in the history counts (the outbox may be older), else the outbox.
 */
export function listDeliveries(outbox: OutboxView, history: AttemptHistory): Delivery[] {
  const pending = [...outbox.entries()].flatMap(([, entry]) =>
    entry.type === 'pending' ? [...listPendingDeliveries(entry, history)] : [],
  )
  const completed = [...history.all()].filter(({ outcome }) => outcome !== 'retry')
  const all = [...pending, ...completed].map((delivery) => [buildDeliveryKey(delivery), delivery] as const)
  return [...new Map(all).values()].toSorted(compareDeliveries)
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
    const unknown = { event, target, attempts, why: null, attemptedAt: null }
    if (last?.attempts === attempts) yield { ...last, dueAt }
    else if (attempts === 0) yield { ...unknown, outcome: 'pending', dueAt: null }
    else yield { ...unknown, outcome: 'retry', dueAt }
  }
  for (const [target, why] of Object.entries(dead)) {
    // The outbox does not store the number of attempts: this process knows it only if it made them.
    const { attempts = 0, attemptedAt = null } = history.get({ event, target }) ?? {}
    yield { event, target, attempts, outcome: 'dead', why, attemptedAt, dueAt: null }
  }
}
