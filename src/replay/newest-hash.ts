import { parseRevisionNumber, readRevisionHash } from '../kinds/revisions.ts'
import { findTemplateHash } from '../model/hash-labels.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'

/** A template of one workload, as its ReplicaSet or ControllerRevision records it. */
interface Revision {
  readonly hash: string
  readonly number: number
  readonly createdAt: Seconds
}

/**
 * The newest template hash of a namespace, whatever the order of its objects; null while there is none.
 *
 * Within one owner the highest revision number is the newest, not the one created last: a rollback gives an old
 * ReplicaSet or ControllerRevision the next number and leaves its creation time.
 *
 * Owners are compared by the creation time of the last of all their revisions. Nothing records when a rollback happened,
 * but the highest number was assigned after every other revision of that owner had been created, so the last creation is
 * the closest known bound. By the creation time of the rolled-back revision itself, an owner that rolls back would look
 * as old as that revision, and another owner's release from long ago would count as newer.
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
  const byOwner = new Map<string, Revision[]>()
  const add = (owner: string, revision: Revision): void => {
    const known = byOwner.get(owner)
    if (known === undefined) byOwner.set(owner, [revision])
    else known.push(revision)
  }
  for (const set of replicasets.select(namespace, [])) {
    const hash = findTemplateHash(set.labels)
    // Made by hand: it has no template hash, so it cannot be the newest.
    if (hash === undefined) continue
    add(set.owner?.uid ?? set.uid, { hash, number: parseRevisionNumber(set), createdAt: set.createdAt })
  }
  for (const one of controllerrevisions.select(namespace, []))
    add(one.owner?.uid ?? one.uid, {
      hash: readRevisionHash(one),
      number: one.revision,
      createdAt: one.createdAt,
    })
  return byOwner
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
