import { Counter, Gauge, type Registry } from 'prom-client'
import { PREFIX } from './registry.ts'

/** What waits to be sent, over all targets. */
export interface NotificationQueue {
  readonly length: number
  /** Seconds since the epoch; null when nothing waits. */
  readonly oldest: number | null
  /** Events that have no room in the ledger: they wait in the state of the cluster. */
  readonly withoutRoom: number
}

/** How telling others goes. Targets have no label: their names may be many and are the operator's own. */
export class NotificationMetrics {
  readonly #sent: Counter<'kind' | 'outcome'>

  constructor(registry: Registry, queue: () => NotificationQueue) {
    const registers = [registry]
    this.#sent = new Counter({
      name: `${PREFIX}notifications_total`,
      help: 'Attempts to send an event to a target, by kind of event and outcome: delivered, retry, dead, gone.',
      labelNames: ['kind', 'outcome'],
      registers,
    })
    new Gauge({
      name: `${PREFIX}notification_queue_length`,
      help: 'Waiting deliveries, retries included; 0 where another replica sends.',
      registers,
      collect() {
        this.set(queue().length)
      },
    })
    new Gauge({
      name: `${PREFIX}notification_oldest_timestamp_seconds`,
      help: 'Time of the oldest waiting event; 0 when none waits.',
      registers,
      collect() {
        this.set(queue().oldest ?? 0)
      },
    })
    new Gauge({
      name: `${PREFIX}notifications_without_room`,
      help: 'Events that wait because the outbox has no room; 0 where another replica sends.',
      registers,
      collect() {
        this.set(queue().withoutRoom)
      },
    })
  }

  countAttempt(kind: string, outcome: string): void {
    this.#sent.inc({ kind, outcome })
  }
}
