import type { Seconds } from '../../model/meta.ts'
import type { Outcome } from './retries.ts'
import type { AppEvent } from '../event.ts'

/** The last attempt to bring an event to a target, as this process made it. */
export interface AttemptRecord {
  readonly event: AppEvent
  /** Its name. */
  readonly target: string
  /** Up to and with this one. */
  readonly attempts: number
  readonly at: Seconds
  readonly outcome: Outcome
}

/** How many deliveries are remembered: 1 KB each, so a megabyte. */
const MOST = 1000

/** What this process sent lately, in memory and bounded: the oldest goes first. */
export class AttemptHistory {
  readonly #most: number
  /** By event and target, in the order of their last attempt. */
  readonly #attempts = new Map<string, AttemptRecord>()

  constructor(most = MOST) {
    this.#most = most
  }

  add(attempted: AttemptRecord): void {
    const key = buildDeliveryKey(attempted.event.id, attempted.target)
    this.#attempts.delete(key)
    this.#attempts.set(key, attempted)
    if (this.#attempts.size <= this.#most) return
    const [oldest] = this.#attempts.keys()
    if (oldest !== undefined) this.#attempts.delete(oldest)
  }

  get(key: string): AttemptRecord | undefined {
    return this.#attempts.get(key)
  }

  all(): Iterable<AttemptRecord> {
    return this.#attempts.values()
  }
}

/** Names one event on its way to one target. */
export function buildDeliveryKey(eventId: string, target: string): string {
  return `${eventId} ${target}`
}
