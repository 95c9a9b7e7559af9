import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import type { EvictedPod } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import { endedAt, endedByNode, isRefused, type Pod } from '../model/pod.ts'
import { RecentMap } from './recent-map.ts'

/** How long evictions are remembered, seconds: as long as crashes of deleted pods. */
const REMEMBERED_SECONDS = 3600
/** Owners whose evictions are remembered (about 3 KB each at most); beyond this number those of the longest silence are forgotten. */
const MAX_OWNERS = 2_000
/** Evictions of one owner; the newest say enough. */
const MAX_EVICTIONS = 16

/**
 * Remembers the pods that nodes ended and that their owner deleted at once, as StatefulSets and DaemonSets do before they make
 * the next: without it, each eviction would look like the first.
 */
export class EvictionHistory {
  /** By owner, oldest first; the owner of the longest silence comes first. */
  readonly #evicted = new RecentMap<string, readonly EvictedPod[]>(MAX_OWNERS)

  ownedBy(uid: string): readonly EvictedPod[] {
    return this.#evicted.get(uid) ?? []
  }

  /** A pod was deleted, as it was last seen. */
  removePod(pod: Pod, now: Seconds): void {
    const { owner, uid, name, reason, message, createdAt, labels } = pod
    // Without a reason of its node it may have ended because it was deleted.
    if (owner === null || reason === '' || !endedByNode(pod) || isRefused(pod)) return
    this.#forgetOld(now)
    const evicted = { uid, name, reason, message, createdAt, endedAt: endedAt(pod) }
    const known = this.ownedBy(owner.uid).filter((one) => one.uid !== uid)
    const revision = labels[REVISION_HASH_LABEL] ?? ''
    this.#evicted.set(owner.uid, [...known, { ...evicted, revision }].slice(-MAX_EVICTIONS))
  }

  #forgetOld(now: Seconds): void {
    this.#evicted.forget((evicted) => now - (evicted.at(-1)?.endedAt ?? 0) > REMEMBERED_SECONDS)
  }
}
