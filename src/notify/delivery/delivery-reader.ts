import { UnavailableError } from '../../kinds/unavailable-error.ts'
import type { Seconds } from '../../model/meta.ts'
import { summarizeError } from '../log.ts'
import type { OutboxView } from '../outbox/entries.ts'
import { isDisabled } from '../outbox/outbox.ts'
import type { OutboxStore } from '../outbox/outbox-store.ts'
import type { AttemptHistory } from './attempt-history.ts'
import type { Target } from '../settings.ts'
import { type Delivery, listDeliveries } from './deliveries.ts'

/** A replica that does not send reads the ledger no more often, however often it is asked, seconds. */
const READ_EVERY = 5

export interface DeliveryReaderOptions {
  readonly targets: readonly Target[]
  readonly history: AttemptHistory
  /** The ledger that the notifier of this process keeps; good while it leads. */
  readonly own: OutboxView
  readonly leading: () => boolean
  /** A ledger to read only. */
  readonly other: Pick<OutboxStore, 'load' | 'get' | 'entries'>
  /** Who holds the lease. */
  readonly readHolder: () => Promise<string | null>
  /** Of this replica, in the Lease. */
  readonly identity: string
  readonly now: () => Seconds
}

/** What is known of deliveries, and by whom. */
export interface DeliverySnapshot {
  /** Whether this replica sends; else it knows what waits, but not what was delivered. */
  readonly leading: boolean
  /** Who holds the lease; null: nobody. */
  readonly leader: string | null
  readonly disabled: readonly string[]
  readonly deliveries: readonly Delivery[]
}

/** Tells of deliveries: from memory where this replica sends, else from the ledger in the cluster. It never writes. */
export class DeliveryReader {
  readonly #options: DeliveryReaderOptions
  #readAt = Number.NEGATIVE_INFINITY
  /** How the last reading failed; null: it did not. */
  #failure: UnavailableError | null = null
  #leader: string | null = null
  #reading: Promise<void> | null = null

  constructor(options: DeliveryReaderOptions) {
    this.#options = options
  }

  /** Throws an UnavailableError when the ledger is needed and cannot be read. */
  async read(): Promise<DeliverySnapshot> {
    const { own, other, identity, leading } = this.#options
    if (leading()) return this.#reportOf(own, true, identity)
    await this.#refresh()
    return this.#reportOf(other, false, this.#leader)
  }

  #reportOf(ledger: OutboxView, leading: boolean, leader: string | null): DeliverySnapshot {
    const { targets, history } = this.#options
    const disabled = targets.filter((target) => isDisabled(ledger, target))
    return {
      leading,
      leader,
      disabled: disabled.map(({ name }) => name),
      deliveries: listDeliveries(ledger, history),
    }
  }

  async #refresh(): Promise<void> {
    if (this.#options.now() - this.#readAt >= READ_EVERY) {
      this.#reading ??= this.#read().finally(() => {
        this.#readAt = this.#options.now()
        this.#reading = null
      })
      await this.#reading
    }
    if (this.#failure !== null) throw this.#failure
  }

  async #read(): Promise<void> {
    const { other, readHolder } = this.#options
    try {
      const [leader] = await Promise.all([readHolder(), other.load()])
      this.#leader = leader
      this.#failure = null
    } catch (cause) {
      this.#failure = new UnavailableError(
        'ledger-unreadable',
        `This replica does not send notifications, and cannot read the outbox (${summarizeError(cause)}).`,
        { cause },
      )
    }
  }
}
