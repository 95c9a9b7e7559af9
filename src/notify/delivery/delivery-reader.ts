import { UnavailableError } from '../../kinds/unavailable-error.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Lease } from '../leader/lease.ts'
import { summarizeError } from '../log.ts'
import type { OutboxStore, OutboxView } from '../outbox/entries.ts'
import { isDisabled } from '../outbox/outbox.ts'
import type { Target } from '../settings.ts'
import { type AttemptHistory, type Delivery, listDeliveries } from './deliveries.ts'

/** Shortest time between two reads of the outbox by a replica that does not send, seconds. */
const MIN_READ_INTERVAL = 5

export interface DeliveryReaderOptions {
  readonly targets: readonly Target[]
  readonly history: AttemptHistory
  /** The outbox of this process's notifier; current while it leads. */
  readonly own: OutboxView
  readonly isLeading: () => boolean
  /** Another copy of the outbox, which is only read. */
  readonly other: Pick<OutboxStore, 'load' | 'get' | 'entries'>
  readonly lease: Pick<Lease, 'readHolder'>
  /** Identity of this replica in the Lease. */
  readonly identity: string
  readonly now: () => Seconds
}

/** What this replica knows about deliveries. */
export interface DeliverySnapshot {
  /** Whether this replica sends. Otherwise it knows waiting and given-up deliveries, but not completed ones. */
  readonly leading: boolean
  /** Holder of the lease; null: nobody. */
  readonly leader: string | null
  /** Names of disabled targets. */
  readonly disabled: readonly string[]
  readonly deliveries: readonly Delivery[]
}

/** Reads deliveries from memory where this replica sends, else from the outbox in the cluster. It never writes. */
export class DeliveryReader {
  readonly #options: DeliveryReaderOptions
  #readAt = Number.NEGATIVE_INFINITY
  /** Error of the last read; null after a success. */
  #failure: UnavailableError | null = null
  #leader: string | null = null
  #reading: Promise<void> | null = null

  constructor(options: DeliveryReaderOptions) {
    this.#options = options
  }

  /** Throws an UnavailableError when the outbox has to be read and cannot be. */
  async read(): Promise<DeliverySnapshot> {
    const { own, other, identity, isLeading } = this.#options
    if (isLeading()) return this.#build(own, true, identity)
    await this.#refresh()
    return this.#build(other, false, this.#leader)
  }

  #build(outbox: OutboxView, leading: boolean, leader: string | null): DeliverySnapshot {
    const { targets, history } = this.#options
    const disabled = targets.filter((target) => isDisabled(outbox, target)).map(({ name }) => name)
    return { leading, leader, disabled, deliveries: listDeliveries(outbox, history) }
  }

  async #refresh(): Promise<void> {
    if (this.#options.now() - this.#readAt >= MIN_READ_INTERVAL) {
      this.#reading ??= this.#load().finally(() => {
        this.#readAt = this.#options.now()
        this.#reading = null
      })
      await this.#reading
    }
    if (this.#failure !== null) throw this.#failure
  }

  async #load(): Promise<void> {
    const { other, lease } = this.#options
    try {
      const [leader] = await Promise.all([lease.readHolder(), other.load()])
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
