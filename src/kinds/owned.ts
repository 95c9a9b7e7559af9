import type { Meta } from '../model/meta.ts'
import { BUILT_IN_RESOURCES, customResourceName } from '../model/records.ts'
import type { ClusterView, ObjectIndex } from '../model/view.ts'

/** Levels of owners that are followed, so that owners that own each other end the search. */
const MAX_DEPTH = 8

/** What is watched and owns nothing that may own pods. */
const NO_OWNERS: ReadonlySet<string> = new Set(['pods', 'events', 'controllerrevisions', 'nodes'])

/** The resources whose objects may own pods, or what owns pods. */
export const OWNING_RESOURCES = BUILT_IN_RESOURCES.filter((name) => !NO_OWNERS.has(name))

/**
 * The UIDs of a workload and of everything that it owns which may own pods, through any chain of owners: of a Deployment,
 * itself and its ReplicaSets.
 */
export function listPodOwners(
  uid: string,
  { objects, customResources }: Pick<ClusterView, 'objects' | 'customResources'>,
): string[] {
  const resources = [...OWNING_RESOURCES, ...customResources.map(customResourceName)]
  const found = new Set([uid])
  let newest = [uid]
  for (let depth = 0; depth < MAX_DEPTH && newest.length > 0; depth += 1) {
    newest = newest
      .flatMap((owner) => resources.flatMap((name) => listUids(objects[name], owner)))
      .filter((one) => !found.has(one))
    for (const one of newest) found.add(one)
  }
  return [...found]
}

function listUids(index: ObjectIndex<Meta> | undefined, owner: string): string[] {
  return index === undefined ? [] : index.ownedBy(owner).map(({ uid }) => uid)
}
