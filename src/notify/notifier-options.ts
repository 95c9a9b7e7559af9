import type { Alarm } from '../analyze/gate/alarm.ts'
import type { Policy } from '../classify/policy.ts'
import type { ApiObjects } from '../cluster/api-objects.ts'
import type { Seconds } from '../model/meta.ts'
import type { AppEvent } from './event.ts'
import type { Lease } from './lease.ts'
import type { Log } from './log.ts'
import type { Outcome } from './retries.ts'
import type { NotifySettings } from './settings.ts'
import type { NotifyView } from './sources/source.ts'
import type { LedgerStore } from './store/ledger-store.ts'

/** What a notifier needs. */
export interface NotifierOptions {
  readonly settings: NotifySettings
  readonly view: NotifyView
  /** Namespaces that are watched; empty: all. */
  readonly scope: readonly string[]
  /** Whether the cluster was read completely. */
  readonly synced: () => boolean
  readonly objects: ApiObjects
  readonly store: LedgerStore
  readonly lease: Pick<Lease, 'held' | 'acquire' | 'release' | 'freeIn'>
  readonly now: () => Seconds
  /** The time that others go by, which signatures bear; it may be set at any moment, so ages do not go by it. */
  readonly wallNow: () => Seconds
  /** Goes with `now`: a clock that runs faster makes every wait shorter. */
  readonly alarm: Alarm
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly allowLoopback: boolean
  readonly staleAfterSeconds: number
  readonly policy: Policy
  readonly attempted: (event: AppEvent, target: string, attempts: number, outcome: Outcome) => void
  readonly log: Log
}
