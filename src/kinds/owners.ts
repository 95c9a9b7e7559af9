import type { Meta, OwnerRef, WorkloadMeta } from '../model/meta.ts'
import type { Workload } from './descriptor.ts'
import { findOwnerKind } from './index.ts'
import type { NamespaceView } from './namespace-view.ts'

/** A workload as far as its annotations go. */
export interface Annotated extends Pick<WorkloadMeta, 'uid' | 'annotations'> {
  /** `kind/name`. */
  readonly subject: string
}

/** A bound against owners that own each other; a pod of a custom resource of a custom resource is not as deep. */
const MAX_DEPTH = 8

/**
 * The workload whose annotations count for what is judged: the outermost known owner, which is the one that a person
 * wrote. (A Deployment's annotations are copied to its ReplicaSets, and those of old ones stay as they were.) Null where
 * none is known, or its annotations are not kept, as those of pods. Throws an UnavailableError when owners are not read
 * yet, or too old: a limit that a person wrote might be overlooked.
 */
export function findAnnotated(
  { apiKind, record, ownedBy }: Pick<Workload, 'apiKind' | 'record' | 'ownedBy'>,
  view: NamespaceView,
): Annotated | null {
  let found: Meta | WorkloadMeta | null = record
  let foundKind = apiKind
  let next = ownedBy
  for (let depth = 0; depth < MAX_DEPTH && next !== null; depth += 1) {
    const owner = findOwner(next, view)
    if (owner === undefined) break
    foundKind = next.kind
    found = owner
    next = owner.owner
  }
  if (found === null || !('annotations' in found)) return null
  const { uid, annotations, name } = found
  return { uid, annotations, subject: `${foundKind.toLowerCase()}/${name}` }
}

/** The workloads that own these objects: null for each that nothing owns; owners that are not known (yet) are left out. */
export function findAllAnnotated(
  apiKind: string,
  records: readonly Meta[],
  view: NamespaceView,
): (Annotated | null)[] {
  return records.flatMap((record) => {
    const owner = findAnnotated({ apiKind, record, ownedBy: record.owner }, view)
    return owner === null && record.owner !== null ? [] : [owner]
  })
}

function findOwner(ref: OwnerRef, view: NamespaceView): Meta | WorkloadMeta | undefined {
  const kind = findOwnerKind(ref, view.cluster.customResources)
  if (kind === undefined || !view.required.needUnlessRefused(kind.resource.name)) return undefined
  return view.objects[kind.resource.name]?.byUid(ref.uid)
}
