import type { ApiObjects } from '../cluster/client/api-objects.ts'
import type { Schedule } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { Policy } from '../rules/policy.ts'
import type { Outcome } from './delivery/retries.ts'
import type { Reach } from './delivery/sender.ts'
import type { AppEvent } from './event.ts'
import type { Lease } from './leader/lease.ts'
import type { Log } from './log.ts'
import type { OutboxStore } from './outbox/entries.ts'
import type { NotifyView } from './reconcile/input.ts'
import type { NotifySettings } from './settings.ts'

/** What a notifier needs. */
export interface NotifierOptions extends Reach {
  readonly settings: NotifySettings
  readonly view: NotifyView
  /** Watched namespaces; empty: all. */
  readonly scope: readonly string[]
  /** Whether the cache has read the whole cluster. */
  readonly isSynced: () => boolean
  readonly objects: ApiObjects
  readonly store: OutboxStore
  readonly lease: Pick<Lease, 'isHeld' | 'acquire' | 'release' | 'expiresIn'>
  /** A clock that never goes back. */
  readonly now: () => Seconds
  /** The time on other machines too, for signatures. It may be set at any moment: never compute ages from it. */
  readonly wallNow: () => Seconds
  /** The timers of `now`: a clock that runs faster shortens every wait. */
  readonly schedule: Schedule
  /** Gives numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly staleAfterSeconds: number
  readonly policy: Policy
  /** Name of the cluster, for events; absent: it has none. */
  readonly clusterName?: string | undefined
  readonly onAttempt: (event: AppEvent, target: string, attempts: number, outcome: Outcome) => void
  readonly log: Log
}
