import { Counter, Gauge, type Registry } from 'prom-client'
import { PREFIX } from './registry.ts'

/** The waiting deliveries of all targets. */
export interface NotificationQueue {
  readonly length: number
  /** Seconds since the epoch; null when nothing waits. */
  readonly oldest: number | null
  /** Reports that do not fit into the outbox: they stay pending, as the cluster still shows them. */
  readonly withoutRoom: number
}

const GAUGES = [
  {
    name: 'notification_queue_length',
    help: 'Waiting deliveries, retries included; 0 where another replica sends.',
    read: ({ length }: NotificationQueue) => length,
  },
  {
    name: 'notification_oldest_timestamp_seconds',
    help: 'Time of the oldest waiting event; 0 when none waits.',
    read: ({ oldest }: NotificationQueue) => oldest ?? 0,
  },
  {
    name: 'notifications_without_room',
    help: 'Events that wait because the outbox has no room; 0 where another replica sends.',
    read: ({ withoutRoom }: NotificationQueue) => withoutRoom,
  },
] as const

/** Attempts and waiting deliveries. The target is not a label: operators may have many, with names of their own. */
export class NotificationMetrics {
  readonly #sent: Counter<'kind' | 'outcome'>

  constructor(registry: Registry, readQueue: () => NotificationQueue) {
    const registers = [registry]
    this.#sent = new Counter({
      name: `${PREFIX}notifications_total`,
      help: 'Attempts to send an event to a target, by kind of event and outcome: delivered, retry, dead, gone.',
      labelNames: ['kind', 'outcome'],
      registers,
    })
    for (const { name, help, read } of GAUGES)
      new Gauge({
        name: `${PREFIX}${name}`,
        help,
        registers,
        collect() {
          this.set(read(readQueue()))
        },
      })
  }

  countAttempt(kind: string, outcome: string): void {
    this.#sent.inc({ kind, outcome })
  }
}
