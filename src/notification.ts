import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { Registry } from 'prom-client'
import type { ClusterCache } from './cache/cluster-cache.ts'
import type { Policy } from './classify/policy.ts'
import { ApiObjects } from './cluster/api-objects.ts'
import type { Connection } from './cluster/connection.ts'
import { NotificationMetrics } from './metrics/notifications.ts'
import { Lease } from './notify/lease.ts'
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
  /** Where the ledger lies. */
  readonly namespace: string
  readonly allowLoopback: boolean
  readonly staleAfterSeconds: number
  readonly policy: Policy
  readonly now: () => number
  readonly log: FastifyBaseLogger
}

/** Starts telling targets what happens to apps. */
export function startNotifier(parts: NotificationParts): Notifier {
  const { settings, cache, registry, namespace, allowLoopback, staleAfterSeconds, policy, now, log } = parts
  const objects = new ApiObjects(parts.connection)
  const metrics = new NotificationMetrics(registry, () => notifier.queue)
  const notifier: Notifier = new Notifier({
    settings,
    view: cache,
    synced: () => [...cache.freshness.all()].every(({ state }) => state.type !== 'unsynced'),
    objects,
    store: new ConfigMapStore(objects, namespace, OBJECT_NAME),
    lease: new Lease(objects, namespace, OBJECT_NAME, `${hostname()}_${randomUUID()}`, now),
    now,
    allowLoopback,
    staleAfterSeconds,
    policy,
    attempted: (kind, outcome) => metrics.attempted(kind, outcome),
    log,
  })
  notifier.start()
  return notifier
}
