import { parseRevisionNumber, readRevisionHash } from '../kinds/revisions.ts'
import { findTemplateHash } from '../model/hash-labels.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'

/** A template of one workload, as its ReplicaSet or ControllerRevision records it. */
interface Revision {
  /** UID. */
  readonly owner: string
  readonly hash: string
  readonly number: number
  readonly createdAt: Seconds
}

/**
 * The newest template hash of a namespace, independent of the order of its objects; null while there is none.
 *
 * Within one owner the highest revision number is the newest, not the one created last: a rollback gives an old
 * ReplicaSet or ControllerRevision the next number and leaves its creation time.
 *
 * Among owners, the one that created its last revision most recently is the newest. Nothing records when a rollback happened,
 * but it assigns its number after all other revisions were created, so the last creation is the closest known bound. The
 * creation time of the rolled-back revision itself would let an old release of another owner count as newer.
 */
export function newestHash(view: ClusterView, namespace: string): string | null {
  const newestOfOwners = [...revisionsByOwner(view, namespace).values()].map((revisions) => ({
    hash: maximum(revisions, isNewerRevision)?.hash ?? '',
    changedAt: Math.max(...revisions.map(({ createdAt }) => createdAt)),
  }))
  return maximum(newestOfOwners, isNewerOwner)?.hash ?? null
}

function revisionsByOwner(view: ClusterView, namespace: string): Map<string, Revision[]> {
  const { replicasets, controllerrevisions } = view.objects
  const ofSets = replicasets.select(namespace, []).flatMap((set) => {
    const hash = findTemplateHash(set.labels)
    // A ReplicaSet that a person made has no template hash, so it cannot be the newest.
    if (hash === undefined) return []
    const { createdAt } = set
    return [{ owner: set.owner?.uid ?? set.uid, hash, number: parseRevisionNumber(set), createdAt }]
  })
  const others = controllerrevisions.select(namespace, []).map((one) => {
    const { revision: number, createdAt } = one
    return { owner: one.owner?.uid ?? one.uid, hash: readRevisionHash(one), number, createdAt }
  })
  return Map.groupBy([...ofSets, ...others], ({ owner }) => owner)
}

/** Creation times are whole seconds and a number can be missing: hashes break ties, as they never change. */
function isNewerRevision(one: Revision, other: Revision): boolean {
  if (one.number !== other.number) return one.number > other.number
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt
  return one.hash > other.hash
}

interface OwnerNewest {
  readonly hash: string
  readonly changedAt: Seconds
}

function isNewerOwner(one: OwnerNewest, other: OwnerNewest): boolean {
  return one.changedAt === other.changedAt ? one.hash > other.hash : one.changedAt > other.changedAt
}

/** The greatest by a total order; undefined of none. */
function maximum<T>(all: readonly T[], isGreater: (one: T, other: T) => boolean): T | undefined {
  return all.reduce<T | undefined>(
    (best, one) => (best === undefined || isGreater(one, best) ? one : best),
    undefined,
  )
}
