import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { Registry } from 'prom-client'
import type { ClusterCache } from '../cache/cluster-cache.ts'
import { ApiObjects } from '../cluster/client/api-objects.ts'
import type { Connection } from '../cluster/client/connection.ts'
import type { Schedule } from '../lib/schedule.ts'
import { NotificationMetrics } from '../metrics/notifications.ts'
import type { Policy } from '../rules/policy.ts'
import { buildPage } from './delivery/delivery-page.ts'
import { DeliveryReader } from './delivery/delivery-reader.ts'
import { Lease, readHolder } from './leader/lease.ts'
import { Notifier } from './notifier.ts'
import { ConfigMapStore } from './outbox/config-maps.ts'
import { AttemptHistory } from './delivery/attempt-history.ts'
import type { NotifySettings } from './settings.ts'

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
  readonly schedule: Schedule
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly log: FastifyBaseLogger
}

/** A notifier that runs. */
export interface RunningNotifier {
  /** One page of what became of notifications. Throws an UnavailableError or an InvalidQuestionError. */
  page(limit: number, after: string | undefined): Promise<ReturnType<typeof buildPage>>
  /** Why nothing is sent, in one sentence; null: nothing is wrong here. */
  readonly problem: string | null
  stop(): Promise<void>
}

/** Starts telling targets what happens to apps. */
export function startNotifier(parts: NotificationParts): RunningNotifier {
  const { settings, cache, registry, namespace, allowLoopback, staleAfterSeconds, policy } = parts
  const { now, schedule, random, log } = parts
  const objects = new ApiObjects(parts.connection)
  const metrics = new NotificationMetrics(registry, () => notifier.queue)
  const history = new AttemptHistory()
  const store = new ConfigMapStore(objects, namespace, OBJECT_NAME, random)
  const identity = `${hostname()}_${randomUUID()}`
  const notifier: Notifier = new Notifier({
    settings,
    view: cache,
    scope: parts.scope,
    isSynced: () => [...cache.watchStates.all()].every(({ state }) => state.type !== 'unsynced'),
    objects,
    store,
    lease: new Lease(objects, namespace, OBJECT_NAME, identity, now),
    now,
    wallNow: parts.wallNow,
    schedule,
    random,
    allowLoopback,
    staleAfterSeconds,
    policy,
    onAttempt: (event, target, attempts, outcome) => {
      metrics.countAttempt(event.kind, outcome.type)
      history.add({ event, target, attempts, at: now(), outcome })
    },
    log,
  })
  const reader = new DeliveryReader({
    targets: settings.targets,
    history,
    own: store,
    leading: () => notifier.isLeading,
    other: new ConfigMapStore(objects, namespace, OBJECT_NAME, random),
    readHolder: () => readHolder(objects, namespace, OBJECT_NAME),
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
