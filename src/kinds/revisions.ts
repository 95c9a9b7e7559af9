import { REVISION_HASH_LABEL, ROLLOUT_HASH_LABEL } from '../model/hash-labels.ts'
import type { ControllerRevision, Deployment, ReplicaSet, Rollout } from '../model/records.ts'
import type { NamespaceView } from './namespace-view.ts'

/** Annotations with which controllers number the ReplicaSets of their revisions. */
const REVISION = 'deployment.kubernetes.io/revision'
const ROLLOUT_REVISION = 'rollout.argoproj.io/revision'

/** Number of a ReplicaSet's revision, 0 when it has none (yet). */
export function parseRevisionNumber({ annotations }: ReplicaSet): number {
  const number = Number(annotations[REVISION] ?? annotations[ROLLOUT_REVISION] ?? 0)
  return Number.isFinite(number) ? number : 0
}

/**
 * The ReplicaSet of a Deployment's present template: owned by it, with its revision number. Null while it is not known:
 * then the cache is between two events of the controller.
 */
export function findCurrentReplicaSet(deployment: Deployment, view: NamespaceView): ReplicaSet | null {
  const wanted = Number(deployment.annotations[REVISION] ?? 0)
  const owned = view.objects.replicasets.ownedBy(deployment.uid)
  return owned.find((one) => parseRevisionNumber(one) === wanted) ?? null
}

/** The ReplicaSet of a Rollout's present template, by its hash. */
export function findCurrentRolloutSet(rollout: Rollout, view: NamespaceView): ReplicaSet | null {
  if (rollout.currentPodHash === '') return null
  const owned = view.objects.replicasets.ownedBy(rollout.uid)
  return owned.find(({ labels }) => labels[ROLLOUT_HASH_LABEL] === rollout.currentPodHash) ?? null
}

/** Whether the owner of a ReplicaSet has one of a newer revision. */
export function isSuperseded(replicaSet: ReplicaSet, view: NamespaceView): boolean {
  if (replicaSet.owner === null) return false
  const number = parseRevisionNumber(replicaSet)
  const siblings = view.objects.replicasets.ownedBy(replicaSet.owner.uid)
  return number > 0 && siblings.some((one) => parseRevisionNumber(one) > number)
}

/** The newest ControllerRevision of a StatefulSet or DaemonSet. */
export function findNewestRevision(ownerUid: string, view: NamespaceView): ControllerRevision | null {
  const owned = view.objects.controllerrevisions.ownedBy(ownerUid)
  return owned.reduce<ControllerRevision | null>(
    (newest, one) => (newest === null || one.revision > newest.revision ? one : newest),
    null,
  )
}

/** The value of controller-revision-hash: DaemonSets write the bare hash on their pods, StatefulSets the whole name. */
export function readRevisionHash(revision: ControllerRevision): string {
  return revision.labels[REVISION_HASH_LABEL] ?? revision.name
}

/** Whether a hash is that of the newest ControllerRevision of a StatefulSet or DaemonSet. */
export function isNewestRevision(ownerUid: string, hash: string, view: NamespaceView): boolean {
  const newest = findNewestRevision(ownerUid, view)
  return newest !== null && readRevisionHash(newest) === hash
}
