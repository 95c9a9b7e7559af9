import type { AddressInfo } from 'node:net'
import { ClusterCache } from './cache/cluster-cache.ts'
import type { ClusterAccess } from './cluster/client/cluster-access.ts'
import { Connection } from './cluster/client/connection.ts'
import type { CredentialRenewal } from './cluster/client/credential-renewal.ts'
import type { Environment } from './cluster/client/kubeconfig.ts'
import { LogTails } from './cluster/client/log-tails.ts'
import { ClusterWatcher } from './cluster/watch/cluster-watcher.ts'
import type { ReflectorTiming } from './cluster/watch/reflector-context.ts'
import { loadPolicy } from './config/policy-file.ts'
import type { Config } from './config/settings.ts'
import { buildApp, closeAfterAnswers, type LogSink } from './http/app.ts'
import type { App } from './http/app-type.ts'
import { Health, reportRenewal } from './http/health.ts'
import { listenOn } from './http/listen.ts'
import { steadyNow, wallNow } from './lib/clock.ts'
import { realSchedule, type Schedule } from './lib/schedule.ts'
import { HttpMetrics, mirrorService } from './metrics/http.ts'
import { createRegistry } from './metrics/registry.ts'
import { WatchMetrics } from './metrics/watch.ts'
import { observeWatches } from './metrics/watch-observer.ts'
import { WorkloadMetrics } from './metrics/workloads.ts'
import type { NotifySettings } from './notify/settings.ts'
import { type RunningNotifier, startNotifier } from './notify/start-notifier.ts'
import { VERSION } from './version.ts'
import { WaitingEngine } from './wait/engine.ts'

/** How long stopping may take after the signal, ms. */
const MAX_STOP_MS = 9_000

/** The settings and dependencies of a service; tests and the demo inject their own. */
export interface ServiceOptions {
  readonly config: Config
  readonly cluster: ClusterAccess
  /** Names the proxy for notifications, if any. */
  readonly env?: Environment
  /** Reports whether the cluster's credentials can be renewed; absent where they need no renewal. */
  readonly renewal?: CredentialRenewal
  readonly now?: () => number
  /** Goes with `now`. */
  readonly schedule?: Schedule
  readonly random?: () => number
  readonly timing?: ReflectorTiming
  readonly logTo?: LogSink
  /** The targets of notifications; null for none. */
  readonly notify?: NotifySettings | null
}

/** A running service. */
export interface Service {
  readonly app: App
  readonly cache: ClusterCache
  /** The URL at which it listens, e.g. http://127.0.0.1:8080. */
  readonly url: string
  /** Fails readiness, answers waiting requests, waits `drainSeconds`, then ends everything. Resolves when all has ended. */
  stop(drainSeconds: number): Promise<void>
}

/** Starts watching and listening; resolves when it listens (see /readyz for when it is synced). */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, now = steadyNow, random = Math.random, schedule = realSchedule } = options
  const policy = loadPolicy(config.policyFile)
  const connection = new Connection(options.cluster, `lynceus/${VERSION}`, now)
  const { customResources } = config
  const cache = new ClusterCache(customResources)
  const registry = createRegistry(VERSION)
  const metrics = new HttpMetrics(registry)
  const engine = new WaitingEngine({
    view: cache,
    now,
    schedule,
    staleAfterSeconds: config.staleAfter,
    policy,
    clusterName: config.clusterName,
    unknownReasons: (findings) => metrics.unknownReasons.observe(findings),
    maxHeld: config.maxHeld,
    maxWaiting: config.maxWaiting,
  })
  const watchMetrics = new WatchMetrics(registry, cache, now)
  const workloads = new WorkloadMetrics({
    cache,
    now,
    maxSeries: config.maxSeries,
    staleAfterSeconds: config.staleAfter,
    policy,
    unknownReasons: metrics.unknownReasons,
  })
  const health = new Health(cache.watchStates, now)
  health.addWarning(() => notifier?.problem ?? null)
  mirrorService(registry, engine, () => health.readiness().ready)
  let notifier: RunningNotifier | null = null
  const app = await buildApp({
    version: VERSION,
    logLevel: config.logLevel,
    ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
    health,
    registry,
    metrics,
    workloadMetrics: () => workloads.text(),
    schedule,
    notifications: () => notifier,
    analysis: {
      ...{ view: cache, engine, now, scope: { namespaces: config.namespaces, customResources } },
      logs: config.logs ? new LogTails(connection, now) : null,
    },
  })
  if (options.renewal !== undefined) reportRenewal(options.renewal, health, app.log)
  const timing = options.timing === undefined ? {} : { timing: options.timing }
  const watcher = new ClusterWatcher(
    { connection, namespaces: config.namespaces, customResources, now, random, ...timing },
    cache,
    observeWatches(watchMetrics, app.log),
  )
  await listenOn(app, config.host, config.port)
  watcher.start()
  const { notify = null } = options
  const namespace = config.notifyNamespace ?? options.cluster.namespace
  if (notify !== null) {
    notifier = startNotifier({
      settings: notify,
      connection,
      cache,
      registry,
      scope: config.namespaces,
      namespace,
      allowLoopback: config.notifyAllowLoopback,
      clusterName: config.clusterName,
      env: options.env ?? {},
      staleAfterSeconds: config.staleAfter,
      policy,
      now,
      // An injected clock replaces both.
      wallNow: options.now ?? wallNow,
      schedule,
      random,
      log: app.log,
    })
  }
  const stop = async (drainSeconds: number): Promise<void> => {
    health.drain()
    closeAfterAnswers(app)
    engine.close()
    // First, so that another replica can take over at once.
    await notifier?.stop()
    await new Promise((resolve) => setTimeout(resolve, drainSeconds * 1000))
    await Promise.all([app.close(), watcher.stop()])
    connection.close()
  }
  return { app, cache, url: resolveUrl(app), stop: (drain) => withinLimit(stop(drain)) }
}

/** Clients that do not end their requests must not keep the process alive. */
async function withinLimit(stopping: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_STOP_MS)
  })
  await Promise.race([stopping, limit])
  clearTimeout(timer)
}

function resolveUrl(app: App): string {
  const address: AddressInfo | string | null = app.server.address()
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${address.port}`
}
