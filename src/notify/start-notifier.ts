import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Registry } from 'prom-client'
import type { ClusterCache } from '../cache/cluster-cache.ts'
import { ApiObjects } from '../cluster/client/api-objects.ts'
import type { Connection } from '../cluster/client/connection.ts'
import { NotificationMetrics } from '../metrics/notifications.ts'
import { AttemptHistory } from './delivery/deliveries.ts'
import { buildPage } from './delivery/delivery-page.ts'
import { DeliveryReader } from './delivery/delivery-reader.ts'
import { Lease } from './leader/lease.ts'
import { Notifier } from './notifier.ts'
import type { NotifierOptions } from './notifier-options.ts'
import { ConfigMapStore } from './outbox/config-maps.ts'

/** Name of the Lease, and start of the names of the ConfigMaps. Never change it: running clusters have them. */
const OBJECT_NAME = 'lynceus-notifications'

export interface NotifierParts
  extends Omit<NotifierOptions, 'view' | 'isSynced' | 'objects' | 'store' | 'lease' | 'onAttempt'> {
  readonly connection: Connection
  readonly cache: ClusterCache
  readonly registry: Registry
  /** Namespace of the Lease and of the outbox. */
  readonly namespace: string
}

/** A notifier that runs. */
export interface RunningNotifier {
  /** One page of deliveries. Throws an UnavailableError or an InvalidQuestionError. */
  page(limit: number, after: string | undefined): Promise<ReturnType<typeof buildPage>>
  /** Why nothing is sent, in one sentence; null: no problem is known here. */
  readonly problem: string | null
  stop(): Promise<void>
}

/** Starts to report what happens to apps. */
export function startNotifier(parts: NotifierParts): RunningNotifier {
  const { settings, connection, cache, registry, namespace, now, random } = parts
  const objects = new ApiObjects(connection)
  const metrics = new NotificationMetrics(registry, () => notifier.queue)
  const history = new AttemptHistory()
  const store = new ConfigMapStore(objects, namespace, OBJECT_NAME, random)
  const identity = `${hostname()}_${randomUUID()}`
  const lease = new Lease(objects, namespace, OBJECT_NAME, identity, now)
  const notifier: Notifier = new Notifier({
    ...parts,
    view: cache,
    isSynced: () => [...cache.watchStates.all()].every(({ state }) => state.type !== 'unsynced'),
    objects,
    store,
    lease,
    onAttempt: (event, target, attempts, outcome) => {
      metrics.countAttempt(event.kind, outcome.type)
      history.add(event, target, attempts, outcome, now())
    },
  })
  const reader = new DeliveryReader({
    targets: settings.targets,
    history,
    own: store,
    isLeading: () => notifier.isLeading,
    other: new ConfigMapStore(objects, namespace, OBJECT_NAME, random),
    lease,
    identity,
    now,
  })
  notifier.start()
  return {
    page: async (limit, after) => buildPage(await reader.read(), limit, after),
    get problem() {
      return notifier.problem
    },
    stop: () => notifier.stop(),
  }
}
