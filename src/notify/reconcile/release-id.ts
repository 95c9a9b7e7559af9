import type { ReleaseState } from '../../kinds/descriptor.ts'
import { type Kind, listKinds } from '../../kinds/index.ts'
import type { Meta } from '../../model/meta.ts'
import type { CustomResource, ResourceName } from '../../model/records.ts'
import type { ClusterView } from '../../model/view.ts'

/** A workload as far as releases go. */
export interface Releasable extends ReleaseState {
  readonly record: Meta
  readonly kind: Kind
  /** As Kubernetes writes it: Deployment. */
  readonly apiKind: string
  readonly resource: ResourceName
}

/** The resources whose objects are released. */
export function listReleasableResources(customResources: readonly CustomResource[]): ResourceName[] {
  return listKinds(customResources)
    .filter(({ isReleased }) => isReleased)
    .map(({ resource }) => resource.name)
}

/** Every workload that can be released. */
export function* listReleasables({
  objects,
  customResources,
}: Pick<ClusterView, 'objects' | 'customResources'>): Iterable<Releasable> {
  for (const { kind, resource, releasables: list } of listKinds(customResources))
    for (const state of list(objects))
      yield { ...state, kind, apiKind: resource.kind, resource: resource.name }
}
