import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterCache } from '../../../src/cache/cluster-cache.ts'
import { loadAccess, parseAccess } from '../../../src/cluster/client/access.ts'
import { Connection } from '../../../src/cluster/client/connection.ts'
import type { PingTiming } from '../../../src/cluster/client/http2-transport.ts'
import { ClusterWatcher } from '../../../src/cluster/watch/cluster-watcher.ts'
import type { RestartReason } from '../../../src/cluster/watch/failure.ts'
import type { ReflectorTiming } from '../../../src/cluster/watch/reflector-context.ts'
import { listResources } from '../../../src/kinds/index.ts'
import type { ResourceName } from '../../../src/model/records.ts'
import type { WatchState } from '../../../src/model/watch-state.ts'
import type { EmbeddedApi } from '../../../testing/fake-apiserver/index.ts'

const now = (): number => Date.now() / 1000

export interface WatchingOptions {
  readonly kubeconfig?: string
  readonly kubeconfigFile?: string
  readonly namespaces?: readonly string[]
  readonly resources?: readonly ResourceName[]
  readonly timing?: Partial<ReflectorTiming>
  readonly pings?: PingTiming
  readonly random?: () => number
}

/** A cache that watches an API, with what happened on the way. */
export class Watching {
  readonly cache = new ClusterCache()
  readonly restarts: { readonly resource: ResourceName; readonly reason: RestartReason }[] = []
  readonly events: string[] = []
  /** What was said of watches, with how many objects there were then. */
  readonly states: { readonly state: WatchState; readonly objects: number }[] = []
  readonly #watcher: ClusterWatcher
  readonly #connection: Connection

  constructor(api: EmbeddedApi, options: WatchingOptions = {}) {
    const { kubeconfig = api.kubeconfig(), kubeconfigFile, pings } = options
    const access = kubeconfigFile === undefined ? parseAccess(kubeconfig) : loadAccess([kubeconfigFile])
    this.#connection = new Connection(access, 'test', now, pings)
    const { cache, restarts, events, states } = this
    const wanted = options.resources ?? ['pods']
    this.#watcher = new ClusterWatcher(
      {
        connection: this.#connection,
        namespaces: options.namespaces ?? [],
        now,
        // Back-off without its waiting: a hundredth of the bound.
        random: options.random ?? (() => 0.01),
        timing: {
          idleSeconds: 60,
          replaceSeconds: 0.1,
          catchUpSeconds: 0.02,
          absentSeconds: 0.2,
          healthySeconds: 120,
          ...options.timing,
        },
        resources: listResources([]).filter(({ name }) => wanted.includes(name)),
      },
      cache,
      {
        state: (resource, _namespace, state) => {
          states.push({ state, objects: cache.objects[resource]?.size ?? 0 })
        },
        restarted: (resource, _namespace, reason) => {
          restarts.push({ resource, reason })
        },
        event: (resource, type) => {
          events.push(`${resource} ${type}`)
        },
      },
    )
    this.#watcher.start()
  }

  get reasons(): RestartReason[] {
    return this.restarts.map(({ reason }) => reason)
  }

  state(resource: ResourceName = 'pods', namespace = ''): string {
    return this.cache.watchStates.get(resource, namespace).type
  }

  /** Resolves when the cache holds what the API holds and the watch works. */
  async settled(api: EmbeddedApi, resource: ResourceName = 'pods'): Promise<void> {
    await until(`${resource} equal`, () => this.state(resource) === 'working' && this.matches(api, resource))
  }

  matches(api: EmbeddedApi, resource: ResourceName): boolean {
    const versions = (
      records: Iterable<{ namespace: string; name: string; resourceVersion: string }>,
    ): string =>
      [...records]
        .map(({ namespace, name, resourceVersion }) => `${namespace}/${name}@${resourceVersion}`)
        .sort()
        .join()
    const real = api.cluster.store(resource).all()
    const expected = real.map((o) => ({
      namespace: o.namespace,
      name: o.objectName,
      resourceVersion: `${o.resourceVersion}`,
    }))
    return versions(this.cache.objects[resource]?.all() ?? []) === versions(expected)
  }

  wake(): void {
    this.#watcher.wake()
  }

  async stop(): Promise<void> {
    await this.#watcher.stop()
    this.#connection.close()
  }
}

/** Resolves when a condition holds; rejects after a generous while. */
export async function until(what: string, holds: () => boolean, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`)
    await sleep(5)
  }
}
