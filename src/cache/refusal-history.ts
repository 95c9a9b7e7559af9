import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import { type RefusedPods, resolveRefusalGap } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import { isRefused, type Pod } from '../model/pod.ts'
import { RecentMap } from './recent-map.ts'

/** How long refusals are remembered, seconds: as long as crashes of deleted pods. */
const REMEMBERED_SECONDS = 3600
/** Owners whose refusals are remembered (about 0.5 KB each); beyond this number those of the longest silence are forgotten. */
const MAX_OWNERS = 2_000
/** An older pod ran before it was refused, seconds: controllers delete refused pods after 15 min at the latest. */
const MAX_AGE_SECONDS = 1_200
/** Rows of one owner, each of a revision and a reason; more are not told apart from the oldest. */
const MAX_ROWS = 8

/**
 * Remembers the refused pods of an owner that were deleted. A controller may make hundreds of them in a minute, so that only
 * their number, their span and the newest are kept: a storm costs as much memory as one pod.
 */
export class RefusalHistory {
  /** By owner; that of the longest silence comes first. */
  readonly #rows = new RecentMap<string, readonly RefusedPods[]>(MAX_OWNERS)

  ownedBy(uid: string): readonly RefusedPods[] {
    return this.#rows.get(uid) ?? []
  }

  /** A pod was deleted, as it was last seen. */
  removePod(pod: Pod, now: Seconds): void {
    if (pod.owner === null || now - pod.createdAt > MAX_AGE_SECONDS || !isRefused(pod)) return
    this.#forgetOld(now)
    const owner = pod.owner.uid
    const rows = this.#rows.get(owner) ?? []
    const revision = pod.labels[REVISION_HASH_LABEL] ?? ''
    const isSame = (row: RefusedPods): boolean => row.revision === revision && row.reason === pod.reason
    const added = addTo(rows.find(isSame), owner, revision, pod, now)
    this.#rows.set(owner, [added, ...rows.filter((row) => !isSame(row))].slice(0, MAX_ROWS))
  }

  #forgetOld(now: Seconds): void {
    this.#rows.forget(([newest]) => now - (newest?.lastAt ?? 0) > REMEMBERED_SECONDS)
  }
}

function addTo(
  row: RefusedPods | undefined,
  owner: string,
  revision: string,
  { reason, message, name, node, createdAt }: Pod,
  now: Seconds,
): RefusedPods {
  // A node refuses a pod as soon as it is made; its deletion may come late.
  const at = Math.min(createdAt, now)
  const newest = { owner, revision, reason, message, name }
  const begins = row === undefined || at - row.lastAt > resolveRefusalGap(row.firstAt, row.lastAt)
  if (begins) return { ...newest, count: 1, firstAt: at, lastAt: at, nodes: [node] }
  const others = row.nodes.filter((known) => known !== node).slice(0, 1)
  return {
    ...newest,
    count: row.count + 1,
    firstAt: Math.min(row.firstAt, at),
    lastAt: Math.max(row.lastAt, at),
    nodes: [node, ...others],
  }
}
