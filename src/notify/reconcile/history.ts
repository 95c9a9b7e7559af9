import type { Seconds } from '../../model/meta.ts'
import type { Outcome } from '../delivery/retries.ts'
import type { AppEvent } from '../event.ts'

/** The last attempt to bring an event to a target, as this process made it. */
export interface Attempted {
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
export class History {
  readonly #most: number
  /** By event and target, in the order of their last attempt. */
  readonly #attempts = new Map<string, Attempted>()

  constructor(most = MOST) {
    this.#most = most
  }

  add(attempted: Attempted): void {
    const key = deliveryKey(attempted.event.id, attempted.target)
    this.#attempts.delete(key)
    this.#attempts.set(key, attempted)
    if (this.#attempts.size <= this.#most) return
    const [oldest] = this.#attempts.keys()
    if (oldest !== undefined) this.#attempts.delete(oldest)
  }

  get(key: string): Attempted | undefined {
    return this.#attempts.get(key)
  }

  all(): Iterable<Attempted> {
    return this.#attempts.values()
  }
}

/** Names one event on its way to one target. */
export function deliveryKey(eventId: string, target: string): string {
  return `${eventId} ${target}`
}
