import type { Seconds } from '../../model/meta.ts'
import { FORMATS } from '../formats/index.ts'
import { RETRY_SECONDS } from '../leader/lease.ts'
import type { NotifierOptions } from '../notifier-options.ts'
import type { PendingEvent } from '../outbox/entries.ts'
import type { Target } from '../settings.ts'
import { decideOutcome, type Outcome } from './retries.ts'
import type { Sender } from './sender.ts'

export interface QueueOptions extends Pick<NotifierOptions, 'now' | 'schedule' | 'random'> {
  readonly sender: Sender
  /** Whether this replica may send at this moment. */
  readonly maySend: () => boolean
  /** Called after each attempt, to record it in the outbox. */
  readonly onOutcome: (key: string, attempts: number, outcome: Outcome) => void
}

/** A target that has accepted nothing for longer is failing: its events are dropped when the outbox is full, seconds. */
const FAILING_AFTER = 600
/** An event that failed this often has been failing for more than five minutes. */
const FAILING_ATTEMPTS = 3

interface QueuedEvent {
  readonly key: string
  readonly pending: PendingEvent
  attempts: number
  dueAt: Seconds
}

/**
 * Sends events to one target, independently of the others, within its concurrency and its rate. Events of one app are sent
 * one after the other, in order: while the first is retried, the others wait.
 */
export class TargetQueue {
  readonly target: Target
  readonly #options: QueueOptions
  /** By app. */
  readonly #queues = new Map<string, QueuedEvent[]>()
  /** Apps with a running attempt. */
  readonly #busy = new Set<string>()
  readonly #stop = new AbortController()
  #cancelTimer: () => void = () => undefined
  /** When the rate allows the next attempt. */
  #nextSlot = Number.NEGATIVE_INFINITY
  /** Since when the target has accepted nothing; null: it accepted the last event. */
  #failingSince: Seconds | null = null

  constructor(target: Target, options: QueueOptions) {
    this.target = target
    this.#options = options
  }

  /** Queues an event if this target is one of its targets. */
  offer(key: string, pending: PendingEvent): void {
    const state = pending.targets[this.target.name]
    if (state === undefined) return
    const app = getApp(pending)
    const queue = this.#queues.get(app) ?? []
    this.#queues.set(app, queue)
    queue.push({ key, pending, ...state })
    // Another replica made these attempts.
    if (state.attempts >= FAILING_ATTEMPTS) this.#failingSince ??= pending.enteredAt
    this.#sendDue()
  }

  /** Forgets an event. */
  remove(key: string, pending: Pick<PendingEvent, 'event'>): void {
    const app = getApp(pending)
    const queue = this.#queues.get(app)?.filter((queued) => queued.key !== key) ?? []
    if (queue.length === 0) this.#queues.delete(app)
    else this.#queues.set(app, queue)
  }

  /** Whether it has accepted nothing for long. */
  get isFailing(): boolean {
    return this.#failingSince !== null && this.#options.now() - this.#failingSince > FAILING_AFTER
  }

  get length(): number {
    return this.#queues.values().reduce((sum, queue) => sum + queue.length, 0)
  }

  /** When the oldest waiting event happened; null when none waits. */
  get oldest(): Seconds | null {
    const times = [...this.#queues.values()].flatMap(([head]) => head?.pending.event.at ?? [])
    return times.length === 0 ? null : Math.min(...times)
  }

  /** Forgets all events and aborts running attempts; the outbox keeps the events. */
  async close(): Promise<void> {
    this.#cancelTimer()
    this.#stop.abort()
    this.#queues.clear()
    await this.#options.sender.close()
  }

  #sendDue(): void {
    this.#cancelTimer()
    if (this.#stop.signal.aborted) return
    const now = this.#options.now()
    // The lease may be renewed late: check again after the next renewal.
    if (!this.#options.maySend()) {
      this.#sendDueAt(now + RETRY_SECONDS)
      return
    }
    let next = Number.POSITIVE_INFINITY
    for (const [app, [head]] of this.#queues) {
      if (head === undefined || this.#busy.has(app)) continue
      if (this.#busy.size >= this.target.concurrency) break
      const at = Math.max(head.dueAt, this.#nextSlot)
      if (at > now) next = Math.min(next, at)
      else void this.#deliver(app, head)
    }
    if (next !== Number.POSITIVE_INFINITY) this.#sendDueAt(next)
  }

  #sendDueAt(at: Seconds): void {
    this.#cancelTimer = this.#options.schedule(at - this.#options.now(), () => this.#sendDue())
  }

  async #deliver(app: string, queued: QueuedEvent): Promise<void> {
    const { now, onOutcome } = this.#options
    this.#busy.add(app)
    this.#nextSlot = Math.max(now(), this.#nextSlot) + 1 / this.target.ratePerSecond
    queued.attempts += 1
    const outcome = await this.#attempt(queued)
    this.#busy.delete(app)
    if (this.#stop.signal.aborted) return
    const isAccepted = outcome.type === 'delivered' || outcome.type === 'gone'
    this.#failingSince = isAccepted ? null : (this.#failingSince ?? now())
    if (outcome.type === 'retry') queued.dueAt = now() + outcome.afterSeconds
    else this.remove(queued.key, queued.pending)
    if (outcome.type === 'gone') this.#queues.clear()
    onOutcome(queued.key, queued.attempts, outcome)
    this.#sendDue()
  }

  async #attempt({ pending, attempts }: QueuedEvent): Promise<Outcome> {
    const { sender, now, random } = this.#options
    const message = FORMATS[this.target.format](pending.event)
    // An earlier version had a message for it.
    if (message === null) return { type: 'delivered' }
    const attempt = await sender.send(pending.event, message, this.#stop.signal)
    return decideOutcome(attempt, attempts, now() - pending.enteredAt, random)
  }
}

function getApp({ event }: Pick<PendingEvent, 'event'>): string {
  return `${event.namespace}/${event.app}`
}
