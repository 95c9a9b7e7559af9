import { revisionHash, revisionNumber } from '../kinds/revisions.ts'
import { HASH_LABELS } from '../model/hash-labels.ts'
import type { ClusterView } from '../model/view.ts'

/**
 * The newest template hash of a namespace: that of the ReplicaSet or ControllerRevision which was made last or, among
 * those of one owner, has the highest revision (a rollback makes an old one the newest again). Null while there is none.
 */
export function newestHash(view: ClusterView, namespace: string): string | null {
  const { replicasets, controllerrevisions } = view.objects
  const sets = replicasets.select(namespace, []).map((one) => ({
    owner: one.owner?.uid ?? one.uid,
    revision: revisionNumber(one),
    createdAt: one.createdAt,
    hash: HASH_LABELS.map((key) => one.labels[key]).find((value) => value !== undefined),
  }))
  const revisions = controllerrevisions.select(namespace, []).map((one) => ({
    owner: one.owner?.uid ?? one.uid,
    revision: one.revision,
    createdAt: one.createdAt,
    hash: revisionHash(one),
  }))
  const newest = [...sets, ...revisions].reduce<(typeof sets)[number] | null>((best, one) => {
    if (best === null) return one
    const isNewer = one.owner === best.owner ? one.revision > best.revision : one.createdAt > best.createdAt
    return isNewer ? one : best
  }, null)
  return newest?.hash ?? null
}
