import type { Meta, WorkloadMeta } from '../model/meta.ts'
import type { WorkloadObjects } from './index.ts'
import type { NamespaceView } from './namespace-view.ts'

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
export function workloadOf(objects: WorkloadObjects, reader: NamespaceView): Annotated | null {
  switch (objects.kind) {
    case 'deployment':
      return ownerOf('Deployment', objects.deployment, reader)
    case 'statefulset':
      return ownerOf('StatefulSet', objects.statefulSet, reader)
    case 'daemonset':
      return ownerOf('DaemonSet', objects.daemonSet, reader)
    case 'job':
      return ownerOf('Job', objects.job, reader)
    case 'rollout':
      return ownerOf('Rollout', objects.rollout, reader)
    case 'replicaset':
      return ownerOf('ReplicaSet', objects.replicaSet, reader)
    case 'pod':
      return ownerOf('Pod', objects.facts.pod, reader)
    case 'revision': {
      const { kind, name } = objects.owner
      const { namespace } = reader
      const owner = isOwnerKind(kind) ? known(kind, reader)?.get(namespace, name) : undefined
      return owner === undefined ? null : ownerOf(kind, owner, reader)
    }
  }
}

/**
 * The objects of a kind; null where they may not be read. Throws an UnavailableError when they are not read yet, or too
 * old: a limit that a person wrote might be overlooked.
 */
function known(kind: OwnerKind, { view, freshness }: NamespaceView) {
  const resource = RESOURCES[kind]
  return freshness.needUnlessRefused(resource) ? view.objects[resource] : null
}

/** A pod's ReplicaSet's Deployment is as deep as owning goes; a bound against owners that own each other. */
const MAX_DEPTH = 3

/**
 * The outermost known owner of an object, or itself: a Deployment's annotations are copied to its ReplicaSets, and those
 * of old ones stay as they were. Null when that has no annotations that are kept, as pods.
 */
export function ownerOf(kind: string, record: Meta | WorkloadMeta, reader: NamespaceView): Annotated | null {
  let found: Meta | WorkloadMeta = record
  let foundKind = kind
  for (let depth = 0; depth < MAX_DEPTH && found.owner !== null; depth += 1) {
    const { kind: ownerKind, uid } = found.owner
    const owner = isOwnerKind(ownerKind) ? known(ownerKind, reader)?.byUid(uid) : undefined
    if (owner === undefined) break
    found = owner
    foundKind = ownerKind
  }
  if (!('annotations' in found)) return null
  const { uid, annotations, name } = found
  return { uid, annotations, subject: `${foundKind.toLowerCase()}/${name}` }
}

/** The workloads that own these objects: null for each that nothing owns; owners that are not known (yet) are left out. */
export function ownersOf(
  kind: string,
  records: readonly Meta[],
  reader: NamespaceView,
): (Annotated | null)[] {
  return records.flatMap((record) => {
    const owner = ownerOf(kind, record, reader)
    return owner === null && record.owner !== null ? [] : [owner]
  })
}
