import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { LYNCEUS } from '../../src/classify/policies/lynceus.ts'
import { derive, forgotten } from '../../src/notify/derive.ts'
import type { AppEvent } from '../../src/notify/event.ts'
import type { Entry } from '../../src/notify/ledger.ts'
import { presentCrashes } from '../../src/notify/sources/crashes.ts'
import { presentReleases } from '../../src/notify/sources/releases.ts'
import { BEGAN } from './crashing-pod.ts'

const SELECTION = { namespaces: [], selector: [] }

/** A replica that looks at what it heard of and keeps a ledger, without the network. */
export class Looking {
  readonly entries = new Map<string, Entry>()
  cache = new ClusterCache()

  readonly ledger = { get: (key: string) => this.entries.get(key), entries: () => this.entries.entries() }

  /** The very first start. */
  begin(now: number): void {
    const situation = { view: this.cache, selection: SELECTION, now }
    for (const [key, entry] of [...presentReleases(situation), ...presentCrashes(situation)])
      this.entries.set(key, entry)
  }

  /** Events that are due. */
  look(now: number): AppEvent[] {
    const steps = derive({
      view: this.cache,
      ledger: this.ledger,
      selection: SELECTION,
      clusterUid: 'c',
      beganAt: BEGAN,
      now,
      staleAfterSeconds: 30,
      policy: LYNCEUS,
    })
    this.#keep(steps.flatMap(({ entries }) => entries))
    this.#keep([...forgotten({ view: this.cache, ledger: this.ledger })].map((key) => [key, undefined]))
    return steps.flatMap(({ events }) => events)
  }

  /** Another replica goes on: it has the ledger, and knows nothing of the cluster yet. */
  handOver(): void {
    this.cache = new ClusterCache()
  }

  #keep(entries: Iterable<readonly [string, Entry | undefined]>): void {
    for (const [key, entry] of entries) {
      if (entry === undefined) this.entries.delete(key)
      else this.entries.set(key, entry)
    }
  }
}
