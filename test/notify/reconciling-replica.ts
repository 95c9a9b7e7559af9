import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import type { AppEvent } from '../../src/notify/event.ts'
import type { Entry } from '../../src/notify/outbox/entries.ts'
import { recordBaseline } from '../../src/notify/reconcile/baseline.ts'
import type { Selection } from '../../src/notify/reconcile/input.ts'
import { findObsoleteKeys, findPendingReports } from '../../src/notify/reconcile/pending-reports.ts'
import { listReleasableResources } from '../../src/notify/reconcile/releases.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import type { Policy } from '../../src/rules/policy.ts'
import { STARTED_AT } from './crashing-pod.ts'
import { MemoryStore } from './memory-store.ts'

const RESOURCES = ['pods', ...listReleasableResources([])] as const

/** A cache with synced watches. */
function createCache(): ClusterCache {
  const cache = new ClusterCache()
  for (const resource of RESOURCES) cache.watchStates.set(resource, ALL_NAMESPACES, { type: 'working' })
  return cache
}

/** A replica with a cache and an outbox, without a network. */
export class ReconcilingReplica {
  readonly outbox = new MemoryStore()
  cache = createCache()
  selection: Selection = { namespaces: [], selector: [] }
  scope: readonly string[] = []
  policy: Policy = LYNCEUS

  /** The first step of each pass of the reconciler. */
  async recordBaseline(now: number): Promise<void> {
    const { cache: view, selection, scope, policy } = this
    await recordBaseline({ store: this.outbox, view, selection, scope, now, policy })
  }

  /** One pass; returns the events that are due. */
  reconcile(now: number): AppEvent[] {
    const steps = findPendingReports({
      view: this.cache,
      outbox: this.outbox,
      selection: this.selection,
      clusterUid: 'c',
      baselineAt: STARTED_AT,
      now,
      staleAfterSeconds: 30,
      policy: this.policy,
    })
    this.#keep(steps.flatMap(({ entries }) => entries))
    this.#keep(
      [...findObsoleteKeys({ view: this.cache, outbox: this.outbox })].map((key) => [key, undefined]),
    )
    return steps.flatMap(({ events }) => events)
  }

  /** Another replica takes over: it has the outbox, and an empty cache. */
  handOver(): void {
    this.cache = createCache()
  }

  #keep(entries: Iterable<readonly [string, Entry | undefined]>): void {
    for (const [key, entry] of entries) this.outbox.set(key, entry)
  }
}
