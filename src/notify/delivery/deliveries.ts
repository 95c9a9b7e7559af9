import type { Seconds } from '../../model/meta.ts'
import type { AppEvent } from '../event.ts'
import type { OutboxView, PendingEvent } from '../outbox/entries.ts'
import { type AttemptRecord, buildDeliveryKey, type AttemptHistory } from './attempt-history.ts'

/** How one event fares with one target: `pending` before the first attempt, `retry` between two. */
export interface Delivery {
  readonly event: AppEvent
  readonly target: string
  readonly attempts: number
  readonly outcome: 'pending' | 'retry' | 'delivered' | 'dead' | 'gone'
  /** What went wrong; null when nothing did, or when that attempt is not known here. */
  readonly why: string | null
  /** Of the last attempt; null when there was none, or when another replica made it. */
  readonly attemptedAt: Seconds | null
  /** When the next attempt is due; null when there will be none. */
  readonly dueAt: Seconds | null
}

/**
 * What waits and what was given up, by the ledger, and what this process delivered, by its history; newest event first.
 * Where both know of a delivery, an end in the history counts (the ledger may be older), else the ledger.
 */
export function listDeliveries(ledger: OutboxView, history: AttemptHistory): Delivery[] {
  const byKey = new Map<string, Delivery>()
  for (const [, entry] of ledger.entries()) {
    if (entry.type !== 'pending') continue
    for (const one of inLedger(entry, history)) byKey.set(buildDeliveryKey(one.event.id, one.target), one)
  }
  for (const attempted of history.all()) {
    const ended = toEnded(attempted)
    if (ended !== null) byKey.set(buildDeliveryKey(ended.event.id, ended.target), ended)
  }
  return [...byKey.values()].toSorted(compareDeliveries)
}

/** The order of a list: newest event first; no two deliveries are equal in it. */
export function compareDeliveries(one: Delivery, other: Delivery): number {
  const byTime = other.event.at - one.event.at
  if (byTime !== 0) return byTime
  const [key, otherKey] = [one, other].map(({ event, target }) => buildDeliveryKey(event.id, target))
  return (key ?? '') < (otherKey ?? '') ? -1 : 1
}

function* inLedger({ event, targets, dead }: PendingEvent, history: AttemptHistory): Iterable<Delivery> {
  for (const [target, { attempts, dueAt }] of Object.entries(targets)) {
    const last = history.get(buildDeliveryKey(event.id, target))
    const same = last !== undefined && last.attempts === attempts
    yield {
      event,
      target,
      attempts,
      outcome: attempts === 0 ? 'pending' : 'retry',
      why: same && last.outcome.type === 'retry' ? last.outcome.why : null,
      attemptedAt: same ? last.at : null,
      dueAt: attempts === 0 ? null : dueAt,
    }
  }
  for (const [target, why] of Object.entries(dead)) {
    // How many attempts it took is not kept: only this process may know.
    const last = history.get(buildDeliveryKey(event.id, target))
    const attempts = last?.attempts ?? 0
    yield { event, target, attempts, outcome: 'dead', why, attemptedAt: last?.at ?? null, dueAt: null }
  }
}

function toEnded({ event, target, attempts, at, outcome }: AttemptRecord): Delivery | null {
  if (outcome.type === 'retry') return null
  const why = outcome.type === 'dead' ? outcome.why : outcome.type === 'gone' ? 'status 410' : null
  return { event, target, attempts, outcome: outcome.type, why, attemptedAt: at, dueAt: null }
}
