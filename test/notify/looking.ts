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
import { BEGAN } from './crashing-pod.ts'
import { MemoryStore } from './memory-store.ts'

const RESOURCES = ['pods', ...listReleasableResources([])] as const

/** A cache whose watches all work. */
function heardOfAll(): ClusterCache {
  const cache = new ClusterCache()
  for (const resource of RESOURCES) cache.watchStates.set(resource, ALL_NAMESPACES, { type: 'working' })
  return cache
}

/** A replica that looks at what it heard of and keeps a ledger, without the network. */
export class Looking {
  readonly ledger = new MemoryStore()
  cache = heardOfAll()
  selection: Selection = { namespaces: [], selector: [] }
  scope: readonly string[] = []
  policy: Policy = LYNCEUS

  /** What each look begins with. */
  async begin(now: number): Promise<void> {
    const { cache: view, selection, scope, policy } = this
    await recordBaseline({ store: this.ledger, view, selection, scope, now, policy })
  }

  /** Events that are due. */
  look(now: number): AppEvent[] {
    const steps = findPendingReports({
      view: this.cache,
      outbox: this.ledger,
      selection: this.selection,
      clusterUid: 'c',
      baselineAt: BEGAN,
      now,
      staleAfterSeconds: 30,
      policy: this.policy,
    })
    this.#keep(steps.flatMap(({ entries }) => entries))
    this.#keep(
      [...findObsoleteKeys({ view: this.cache, outbox: this.ledger })].map((key) => [key, undefined]),
    )
    return steps.flatMap(({ events }) => events)
  }

  /** Another replica goes on: it has the ledger, and knows nothing of the cluster yet. */
  handOver(): void {
    this.cache = heardOfAll()
  }

  #keep(entries: Iterable<readonly [string, Entry | undefined]>): void {
    for (const [key, entry] of entries) this.ledger.set(key, entry)
  }
}
