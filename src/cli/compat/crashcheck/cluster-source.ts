import { sumRestarts } from '../../../analyze/crash-count.ts'
import { ClusterCache } from '../../../cache/cluster-cache.ts'
import type { Connection } from '../../../cluster/client/connection.ts'
import { ClusterWatcher } from '../../../cluster/watch/cluster-watcher.ts'
import { listResources } from '../../../kinds/index.ts'
import { errorChain } from '../../../lib/error-chain.ts'
import { HASH_LABELS } from '../../../model/hash-labels.ts'
import type { Seconds } from '../../../model/meta.ts'
import type { CrashSource, Look } from './source.ts'

/** The pods that carry the hash by one label, as a watch of its own keeps them. */
interface LabelWatch {
  readonly cache: ClusterCache
  readonly watcher: ClusterWatcher
}

/**
 * Watches the pods of a hash itself, whatever the interval: one LIST and one WATCH for each label that can carry it, as
 * a label selector cannot say "either label" and all pods of the namespace would be too many to read.
 */
export class ClusterCrashSource implements CrashSource {
  readonly namespace: string
  readonly #watches: readonly LabelWatch[]
  #trouble = 'the cluster did not answer yet'

  constructor(connection: Connection, namespace: string, hash: string, now: () => Seconds) {
    this.namespace = namespace
    this.#watches = HASH_LABELS.map((label) => this.#watch(connection, `${label}=${hash}`, now))
    for (const { watcher } of this.#watches) watcher.start()
  }

  get trouble(): string {
    return this.#trouble
  }

  async look(): Promise<Look | null> {
    const isKnown = this.#watches.every(
      ({ cache }) => cache.watchStates.get('pods', this.namespace).type === 'working',
    )
    if (!isKnown) return null
    // A pod can carry the hash by two labels; it counts once.
    const byUid = new Map(
      this.#watches.flatMap(({ cache }) => [...cache.objects.pods.all()].map((pod) => [pod.uid, pod])),
    )
    return { restarts: sumRestarts([...byUid.values()]), pods: byUid.size }
  }

  async close(): Promise<void> {
    await Promise.all(this.#watches.map(({ watcher }) => watcher.stop()))
  }

  #watch(connection: Connection, labelSelector: string, now: () => Seconds): LabelWatch {
    const cache = new ClusterCache()
    const resources = listResources([])
      .filter(({ name }) => name === 'pods')
      .map((pods) => ({ ...pods, labelSelector }))
    const watcher = new ClusterWatcher(
      { connection, namespaces: [this.namespace], now, random: Math.random, resources },
      cache,
      {
        restarted: (_resource, _namespace, reason, error) => {
          if (reason !== 'timeout') this.#trouble = errorChain(error)
        },
      },
    )
    return { cache, watcher }
  }
}
