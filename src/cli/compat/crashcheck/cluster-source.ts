import { sumRestarts } from '../../../analyze/crash-count.ts'
import { ClusterCache } from '../../../cache/cluster-cache.ts'
import type { Connection } from '../../../cluster/client/connection.ts'
import { ClusterWatcher } from '../../../cluster/watch/cluster-watcher.ts'
import { listResources } from '../../../kinds/index.ts'
import { errorChain } from '../../../lib/error-chain.ts'
import { HASH_LABELS } from '../../../model/hash-labels.ts'
import type { Seconds } from '../../../model/meta.ts'
import type { CrashSource, Look } from './check.ts'

/**
 * Watches the pods of a hash: one LIST and one WATCH for each label that can carry it, because a label selector cannot say
 * "either label", and listing all pods of the namespace would be too much.
 */
export class ClusterCrashSource implements CrashSource {
  readonly namespace: string
  readonly #caches: readonly ClusterCache[]
  readonly #watchers: readonly ClusterWatcher[]
  #trouble = 'the cluster did not answer yet'

  constructor(connection: Connection, namespace: string, hash: string, now: () => Seconds) {
    this.namespace = namespace
    const watching = { connection, namespaces: [namespace], now, random: Math.random }
    const pods = listResources([]).filter(({ name }) => name === 'pods')
    this.#caches = HASH_LABELS.map(() => new ClusterCache())
    this.#watchers = this.#caches.map((cache, index) => {
      const resources = pods.map((spec) => ({ ...spec, labelSelector: `${HASH_LABELS[index]}=${hash}` }))
      return new ClusterWatcher({ ...watching, resources }, cache, {
        restarted: (_resource, _namespace, reason, error) => {
          if (reason !== 'timeout') this.#trouble = errorChain(error)
        },
      })
    })
    for (const watcher of this.#watchers) watcher.start()
  }

  get trouble(): string {
    return this.#trouble
  }

  async look(): Promise<Look | null> {
    const isKnown = this.#caches.every(
      ({ watchStates }) => watchStates.get('pods', this.namespace).type === 'working',
    )
    if (!isKnown) return null
    // A pod can carry the hash by two labels; it counts once.
    const byUid = new Map(
      this.#caches.flatMap(({ objects }) => [...objects.pods.all()].map((pod) => [pod.uid, pod])),
    )
    return { restarts: sumRestarts([...byUid.values()]), pods: byUid.size }
  }

  async close(): Promise<void> {
    await Promise.all(this.#watchers.map((watcher) => watcher.stop()))
  }
}
