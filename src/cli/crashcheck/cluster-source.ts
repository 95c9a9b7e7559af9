import { sumRestarts } from '../../analyze/crash-count.ts'
import { ClusterCache } from '../../cache/cluster-cache.ts'
import type { Connection } from '../../cluster/connection.ts'
import { RESOURCES } from '../../cluster/resources.ts'
import { ClusterWatcher } from '../../cluster/watcher.ts'
import { errorChain } from '../../lib/error-chain.ts'
import type { Seconds } from '../../model/meta.ts'
import type { CrashSource, Look } from './source.ts'

const HASH_LABEL = 'rollouts-pod-template-hash'

/** Watches the pods of a hash itself: one LIST and one WATCH, whatever the interval. */
export class ClusterCrashSource implements CrashSource {
  readonly #cache = new ClusterCache()
  readonly #watcher: ClusterWatcher
  readonly #namespace: string
  #trouble = 'the cluster did not answer yet'

  constructor(connection: Connection, namespace: string, hash: string, now: () => Seconds) {
    this.#namespace = namespace
    const resources = RESOURCES.filter(({ name }) => name === 'pods').map((pods) => ({
      ...pods,
      labelSelector: `${HASH_LABEL}=${hash}`,
    }))
    const cache = this.#cache
    this.#watcher = new ClusterWatcher(
      { connection, namespaces: [namespace], now, random: Math.random, resources },
      {
        upsert: (resource, record) => cache.apply(resource, 'MODIFIED', record, now()),
        remove: (resource, record) => cache.apply(resource, 'DELETED', record, now()),
        retain: (resource, within, uids) => {
          cache.retain(resource, within, uids, now())
        },
        state: (resource, within, state) => cache.setWatchState(resource, within, state),
        event: () => undefined,
        listed: () => undefined,
        restarted: (_resource, _namespace, reason, error) => {
          if (reason !== 'timeout') this.#trouble = errorChain(error)
        },
      },
    )
    this.#watcher.start()
  }

  get trouble(): string {
    return this.#trouble
  }

  async look(): Promise<Look | null> {
    if (this.#cache.freshness.get('pods', this.#namespace).type !== 'working') return null
    const pods = [...this.#cache.objects.pods.all()]
    return { restarts: sumRestarts(pods), pods: pods.length }
  }

  close(): Promise<void> {
    return this.#watcher.stop()
  }
}
