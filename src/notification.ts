import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { Registry } from 'prom-client'
import type { Alarm } from './analyze/gate/alarm.ts'
import type { ClusterCache } from './cache/cluster-cache.ts'
import type { Policy } from './classify/policy.ts'
import { ApiObjects } from './cluster/api-objects.ts'
import type { Connection } from './cluster/connection.ts'
import { NotificationMetrics } from './metrics/notifications.ts'
import { pageOf } from './notify/delivery-page.ts'
import { DeliveryReader } from './notify/delivery-reader.ts'
import { History } from './notify/history.ts'
import { Lease, readHolder } from './notify/lease.ts'
import { Notifier } from './notify/notifier.ts'
import type { NotifySettings } from './notify/settings.ts'
import { ConfigMapStore } from './notify/store/config-maps.ts'

/** Of the ConfigMaps and the Lease in the service's namespace. */
const OBJECT_NAME = 'lynceus-notifications'

export interface NotificationParts {
  readonly settings: NotifySettings
  readonly connection: Connection
  readonly cache: ClusterCache
  readonly registry: Registry
  /** Namespaces that are watched; empty: all. */
  readonly scope: readonly string[]
  /** Where the ledger lies. */
  readonly namespace: string
  readonly allowLoopback: boolean
  readonly staleAfterSeconds: number
  readonly policy: Policy
  readonly now: () => number
  /** The time that others go by, which signatures bear; it may be set at any moment, so ages do not go by it. */
  readonly wallNow: () => number
  readonly alarm: Alarm
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly log: FastifyBaseLogger
}

/** A notifier that runs. */
export interface RunningNotifier {
  /** One page of what became of notifications. Throws an UnavailableError or an InvalidQuestionError. */
  page(limit: number, after: string | undefined): Promise<ReturnType<typeof pageOf>>
  /** Why nothing is sent, in one sentence; null: nothing is wrong here. */
  readonly trouble: string | null
  stop(): Promise<void>
}

/** Starts telling targets what happens to apps. */
export function startNotifier(parts: NotificationParts): RunningNotifier {
  const { settings, cache, registry, namespace, allowLoopback, staleAfterSeconds, policy } = parts
  const { now, alarm, random, log } = parts
  const objects = new ApiObjects(parts.connection)
  const metrics = new NotificationMetrics(registry, () => notifier.queue)
  const history = new History()
  const store = new ConfigMapStore(objects, namespace, OBJECT_NAME, random)
  const identity = `${hostname()}_${randomUUID()}`
  const notifier: Notifier = new Notifier({
    settings,
    view: cache,
    scope: parts.scope,
    synced: () => [...cache.freshness.all()].every(({ state }) => state.type !== 'unsynced'),
    objects,
    store,
    lease: new Lease(objects, namespace, OBJECT_NAME, identity, now),
    now,
    wallNow: parts.wallNow,
    alarm,
    random,
    allowLoopback,
    staleAfterSeconds,
    policy,
    attempted: (event, target, attempts, outcome) => {
      metrics.attempted(event.kind, outcome.type)
      history.add({ event, target, attempts, at: now(), outcome })
    },
    log,
  })
  const reader = new DeliveryReader({
    targets: settings.targets,
    history,
    own: store,
    leading: () => notifier.leading,
    other: new ConfigMapStore(objects, namespace, OBJECT_NAME, random),
    readHolder: () => readHolder(objects, namespace, OBJECT_NAME),
    identity,
    now,
  })
  notifier.start()
  return {
    page: async (limit, after) => pageOf(await reader.report(), limit, after),
    get trouble() {
      return notifier.trouble
    },
    stop: () => notifier.stop(),
  }
}
