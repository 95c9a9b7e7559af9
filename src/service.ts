import type { AddressInfo } from 'node:net'
import { type Alarm, realAlarm } from './analyze/gate/alarm.ts'
import { WaitingRoom } from './analyze/gate/waiting-room.ts'
import { Holder } from './analyze/holder.ts'
import { ClusterCache } from './cache/cluster-cache.ts'
import { contextNamespace } from './cluster/access.ts'
import { Connection } from './cluster/connection.ts'
import type { CredentialRenewal } from './cluster/credential-renewal.ts'
import type { ClusterSource } from './cluster/kubeconfig.ts'
import { loadKubeConfig } from './cluster/kubeconfig.ts'
import type { ReflectorTiming } from './cluster/reflector-context.ts'
import { ClusterWatcher } from './cluster/watcher.ts'
import { loadPolicy } from './config/policy-file.ts'
import type { Config } from './config/settings.ts'
import { buildApp, type LogSink } from './http/app.ts'
import type { App } from './http/app-type.ts'
import { closeAfterAnswers } from './http/draining.ts'
import { Health } from './http/health.ts'
import { steadyNow, wallNow } from './lib/clock.ts'
import { cacheListener, tellOfRenewal } from './listener.ts'
import { gateMetrics } from './metrics/gate.ts'
import { HttpMetrics } from './metrics/http.ts'
import { mirrorReadiness } from './metrics/readiness.ts'
import { createRegistry } from './metrics/registry.ts'
import { WatchMetrics } from './metrics/watch.ts'
import { WorkloadMetrics } from './metrics/workloads.ts'
import { type RunningNotifier, startNotifier } from './notification.ts'
import type { NotifySettings } from './notify/settings.ts'
import { VERSION } from './version.ts'

/** How long stopping may take from the signal on, ms. */
const LONGEST_STOP_MS = 9_000

/** What a service needs besides its settings; tests and the demo give others. */
export interface ServiceOptions {
  readonly config: Config
  readonly cluster: ClusterSource
  /** Knows whether the cluster's credentials can be renewed; left out where they need not be. */
  readonly renewal?: CredentialRenewal
  readonly now?: () => number
  /** Goes with `now`. */
  readonly alarm?: Alarm
  readonly random?: () => number
  readonly timing?: ReflectorTiming
  readonly logTo?: LogSink
  /** Whom to tell what happens to apps; null: nobody. */
  readonly notify?: NotifySettings | null
}

/** A running service. */
export interface Service {
  readonly app: App
  readonly cache: ClusterCache
  /** Where it listens, e.g. http://127.0.0.1:8080. */
  readonly url: string
  /** Fails readiness, lets held answers go, waits `drainSeconds`, then ends all. Resolves when nothing runs any more. */
  stop(drainSeconds: number): Promise<void>
}

/** Starts watching and listening; resolves when it listens (see /readyz for when it is synced). */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, now = steadyNow, random = Math.random, alarm = realAlarm } = options
  const policy = loadPolicy(config.policyFile)
  const kubeconfig = loadKubeConfig(options.cluster)
  const connection = new Connection(kubeconfig, `lynceus/${VERSION}`, now)
  const cache = new ClusterCache()
  const registry = createRegistry(VERSION)
  const holder = new Holder(config.maxHeld, now)
  const metrics = new HttpMetrics(registry, () => holder.size)
  const room = new WaitingRoom({
    view: cache,
    now,
    alarm,
    staleAfterSeconds: config.staleAfter,
    policy,
    unknownReasons: (findings) => metrics.unknownReasons.observe(findings),
    most: config.maxWaiting,
  })
  gateMetrics(registry, room)
  const watchMetrics = new WatchMetrics(registry, cache, now)
  const workloads = new WorkloadMetrics(
    cache,
    now,
    config.maxSeries,
    config.staleAfter,
    policy,
    metrics.unknownReasons,
  )
  const health = new Health(cache.freshness, now)
  health.alsoTell(() => notifier?.trouble ?? null)
  mirrorReadiness(registry, () => health.readiness().ready)
  let notifier: RunningNotifier | null = null
  const app = await buildApp({
    version: VERSION,
    logLevel: config.logLevel,
    ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
    health,
    registry,
    metrics,
    workloadMetrics: () => workloads.text(),
    gate: { room, alarm },
    notifications: () => notifier,
    analysis: {
      view: cache,
      holder,
      now,
      namespaces: config.namespaces,
      staleAfterSeconds: config.staleAfter,
      policy,
    },
  })
  if (options.renewal !== undefined) tellOfRenewal(options.renewal, health, app.log)
  const timing = options.timing === undefined ? {} : { timing: options.timing }
  const watcher = new ClusterWatcher(
    { connection, namespaces: config.namespaces, now, random, ...timing },
    cacheListener(cache, watchMetrics, app.log, now),
  )
  await app.listen({ host: config.host, port: config.port })
  watcher.start()
  const { notify = null } = options
  const namespace = config.notifyNamespace ?? contextNamespace(kubeconfig)
  if (notify !== null) {
    notifier = startNotifier({
      settings: notify,
      connection,
      cache,
      registry,
      scope: config.namespaces,
      namespace,
      allowLoopback: config.notifyAllowLoopback,
      staleAfterSeconds: config.staleAfter,
      policy,
      now,
      // Who injects a clock owns both.
      wallNow: options.now ?? wallNow,
      alarm,
      random,
      log: app.log,
    })
  }
  const stop = async (drainSeconds: number): Promise<void> => {
    health.drain()
    closeAfterAnswers(app)
    holder.close()
    room.close()
    // First of all, so that another replica can go on at once.
    await notifier?.stop()
    await new Promise((resolve) => setTimeout(resolve, drainSeconds * 1000))
    await Promise.all([app.close(), watcher.stop()])
    connection.close()
  }
  return { app, cache, url: urlOf(app), stop: (drain) => withinLimit(stop(drain)) }
}

/** Clients that don't end their requests must not keep the process. */
async function withinLimit(stopping: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LONGEST_STOP_MS)
  })
  await Promise.race([stopping, limit])
  clearTimeout(timer)
}

function urlOf(app: App): string {
  const address: AddressInfo | string | null = app.server.address()
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${address.port}`
}
