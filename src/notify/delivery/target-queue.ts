import type { Schedule } from '../../lib/schedule.ts'
import type { Seconds } from '../../model/meta.ts'
import { getOrderKey } from '../event.ts'
import type { Message } from '../formats/format.ts'
import { FORMATS } from '../formats/index.ts'
import { RETRY_SECONDS } from '../leader/lease.ts'
import type { PendingEvent } from '../outbox/entries.ts'
import type { Target } from '../settings.ts'
import { decideOutcome, type Outcome } from './retries.ts'
import type { Sender } from './sender.ts'

/** What a courier needs besides its target. */
export interface CourierContext {
  readonly sender: Sender
  readonly now: () => Seconds
  /** Goes with `now`. */
  readonly schedule: Schedule
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  /** Whether this replica may send at this moment. */
  readonly mayContinue: () => boolean
  /** Told after each attempt: the ledger must know. */
  readonly done: (key: string, target: Target, attempts: number, outcome: Outcome) => void
}

/** A target that took nothing for longer than this is no longer waited for where room is short, seconds. */
const FAILING_AFTER = 600
/** So many attempts of one event take more than five minutes. */
const FAILED_OFTEN = 3

interface Delivery {
  readonly key: string
  readonly pending: PendingEvent
  attempts: number
  dueAt: Seconds
}

/**
 * Brings events to one target, knowing nothing of the others: so many at once, at such a rate, and those of one app one
 * after the other, in their order, also while the first of them is being retried.
 */
export class TargetQueue {
  readonly target: Target
  readonly #context: CourierContext
  readonly #queues = new Map<string, Delivery[]>()
  readonly #busy = new Set<string>()
  readonly #stop = new AbortController()
  #cancel: () => void = () => undefined
  #nextSlot = Number.NEGATIVE_INFINITY
  /** Since when it has taken nothing; null: it took the last. */
  #failingSince: Seconds | null = null

  constructor(target: Target, context: CourierContext) {
    this.target = target
    this.#context = context
  }

  /** Takes over an event that waits for this target. */
  offer(key: string, pending: PendingEvent): void {
    const waiting = pending.targets[this.target.name]
    if (waiting === undefined) return
    const order = getOrderKey(pending.event)
    const queue = this.#queues.get(order) ?? []
    this.#queues.set(order, queue)
    queue.push({ key, pending, attempts: waiting.attempts, dueAt: waiting.dueAt })
    // Failed for another replica, not just once.
    if (waiting.attempts >= FAILED_OFTEN) this.#failingSince ??= pending.enteredAt
    this.#pump()
  }

  /** Forgets an event that the ledger does not keep any more. */
  remove(key: string, { event }: Pick<PendingEvent, 'event'>): void {
    const order = getOrderKey(event)
    const queue = this.#queues.get(order)?.filter((delivery) => delivery.key !== key) ?? []
    if (queue.length === 0) this.#queues.delete(order)
    else this.#queues.set(order, queue)
  }

  /** Whether it has taken nothing for long. */
  get failing(): boolean {
    return this.#failingSince !== null && this.#context.now() - this.#failingSince > FAILING_AFTER
  }

  get length(): number {
    return this.#queues.values().reduce((sum, queue) => sum + queue.length, 0)
  }

  /** When the oldest event that waits happened; null when none waits. */
  get oldest(): Seconds | null {
    const heads = [...this.#queues.values()].map(
      ([head]) => head?.pending.event.at ?? Number.POSITIVE_INFINITY,
    )
    return heads.length === 0 ? null : Math.min(...heads)
  }

  /** Forgets all that waits and breaks off what is under way; the ledger still has it. */
  async close(): Promise<void> {
    this.#cancel()
    this.#stop.abort()
    this.#queues.clear()
    await this.#context.sender.close()
  }

  #pump(): void {
    this.#cancel()
    if (this.#stop.signal.aborted) return
    const now = this.#context.now()
    // The lease may be renewed late: what waits must not wait for ever.
    if (!this.#context.mayContinue()) {
      this.#pumpAt(now + RETRY_SECONDS)
      return
    }
    let next = Number.POSITIVE_INFINITY
    for (const [order, [head]] of this.#queues) {
      if (head === undefined || this.#busy.has(order)) continue
      if (this.#busy.size >= this.target.concurrency) break
      const at = Math.max(head.dueAt, this.#nextSlot)
      if (at > now) next = Math.min(next, at)
      else void this.#deliver(order, head)
    }
    if (next === Number.POSITIVE_INFINITY) return
    this.#pumpAt(next)
  }

  #pumpAt(at: Seconds): void {
    this.#cancel = this.#context.schedule(at - this.#context.now(), () => this.#pump())
  }

  async #deliver(order: string, delivery: Delivery): Promise<void> {
    const { now, done } = this.#context
    this.#busy.add(order)
    this.#nextSlot = Math.max(now(), this.#nextSlot) + 1 / this.target.ratePerSecond
    const { event } = delivery.pending
    const message = FORMATS[this.target.format](event)
    delivery.attempts += 1
    const outcome: Outcome = message === null ? { type: 'delivered' } : await this.#attempt(message, delivery)
    this.#busy.delete(order)
    if (this.#stop.signal.aborted) return
    const took = outcome.type === 'delivered' || outcome.type === 'gone'
    this.#failingSince = took ? null : (this.#failingSince ?? now())
    if (outcome.type === 'retry') delivery.dueAt = now() + outcome.afterSeconds
    else this.remove(delivery.key, delivery.pending)
    if (outcome.type === 'gone') this.#queues.clear()
    done(delivery.key, this.target, delivery.attempts, outcome)
    this.#pump()
  }

  async #attempt(message: Message, { pending, attempts }: Delivery): Promise<Outcome> {
    const { sender, now, random } = this.#context
    const attempt = await sender.send(pending.event, message, this.#stop.signal)
    return decideOutcome(attempt, attempts, now() - pending.enteredAt, random)
  }
}
