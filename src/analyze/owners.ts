import type { WorkloadObjects } from '../classify/workloads/index.ts'
import type { Meta, WorkloadMeta } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Reader } from './reader.ts'

/** A workload as far as its annotations go. */
export interface Annotated extends Pick<WorkloadMeta, 'uid' | 'annotations'> {
  /** `kind/name`. */
  readonly subject: string
}

const RESOURCES = {
  ReplicaSet: 'replicasets',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Job: 'jobs',
  Rollout: 'rollouts',
} as const

type OwnerKind = keyof typeof RESOURCES

function isOwnerKind(kind: string): kind is OwnerKind {
  return Object.hasOwn(RESOURCES, kind)
}

/** The workload whose annotations count for what is judged: the one that a person wrote. Null where none is known. */
export function workloadOf(objects: WorkloadObjects, { view, namespace }: Reader): Annotated | null {
  switch (objects.kind) {
    case 'deployment':
      return ownerOf('Deployment', objects.deployment, view)
    case 'statefulset':
      return ownerOf('StatefulSet', objects.statefulSet, view)
    case 'daemonset':
      return ownerOf('DaemonSet', objects.daemonSet, view)
    case 'job':
      return ownerOf('Job', objects.job, view)
    case 'rollout':
      return ownerOf('Rollout', objects.rollout, view)
    case 'replicaset':
      return ownerOf('ReplicaSet', objects.replicaSet, view)
    case 'pod':
      return ownerOf('Pod', objects.facts.pod, view)
    case 'revision': {
      const { kind, name } = objects.owner
      const owner = isOwnerKind(kind) ? view.objects[RESOURCES[kind]].get(namespace, name) : undefined
      return owner === undefined ? null : ownerOf(kind, owner, view)
    }
  }
}

/** A pod's ReplicaSet's Deployment is as deep as owning goes; a bound against owners that own each other. */
const DEEPEST = 3

/**
 * The outermost known owner of an object, or itself: a Deployment's annotations are copied to its ReplicaSets, and those
 * of old ones stay as they were. Null when that has no annotations that are kept, as pods.
 */
export function ownerOf(kind: string, record: Meta | WorkloadMeta, view: ClusterView): Annotated | null {
  let found: Meta | WorkloadMeta = record
  let foundKind = kind
  for (let depth = 0; depth < DEEPEST && found.owner !== null; depth += 1) {
    const { kind: ownerKind, uid } = found.owner
    const owner = isOwnerKind(ownerKind) ? view.objects[RESOURCES[ownerKind]].byUid(uid) : undefined
    if (owner === undefined) break
    found = owner
    foundKind = ownerKind
  }
  if (!('annotations' in found)) return null
  const { uid, annotations, name } = found
  return { uid, annotations, subject: `${foundKind.toLowerCase()}/${name}` }
}

/** The workloads that own these objects: null for each that nothing owns; owners that are not known (yet) are left out. */
export function ownersOf(kind: string, records: readonly Meta[], view: ClusterView): (Annotated | null)[] {
  return records.flatMap((record) => {
    const owner = ownerOf(kind, record, view)
    return owner === null && record.owner !== null ? [] : [owner]
  })
}
