import type { ApiObjects } from '../cluster/client/api-objects.ts'
import type { Schedule } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { Policy } from '../rules/policy.ts'
import type { Outcome } from './delivery/retries.ts'
import type { AppEvent } from './event.ts'
import type { Lease } from './leader/lease.ts'
import type { Log } from './log.ts'
import type { OutboxStore } from './outbox/outbox-store.ts'
import type { NotifyView } from './reconcile/input.ts'
import type { NotifySettings } from './settings.ts'

/** What a notifier needs. */
export interface NotifierOptions {
  readonly settings: NotifySettings
  readonly view: NotifyView
  /** Namespaces that are watched; empty: all. */
  readonly scope: readonly string[]
  /** Whether the cluster was read completely. */
  readonly isSynced: () => boolean
  readonly objects: ApiObjects
  readonly store: OutboxStore
  readonly lease: Pick<Lease, 'isHeld' | 'acquire' | 'release' | 'expiresIn'>
  readonly now: () => Seconds
  /** The time that others go by, which signatures bear; it may be set at any moment, so ages do not go by it. */
  readonly wallNow: () => Seconds
  /** Goes with `now`: a clock that runs faster makes every wait shorter. */
  readonly schedule: Schedule
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly allowLoopback: boolean
  readonly staleAfterSeconds: number
  readonly policy: Policy
  readonly onAttempt: (event: AppEvent, target: string, attempts: number, outcome: Outcome) => void
  readonly log: Log
}
