import type { ClusterView } from '../model/view.ts'
import { listKinds } from './index.ts'

/** A bound against owners that own each other. */
const MAX_DEPTH = 8

/**
 * The UIDs of a workload and of everything that it owns which may own pods, through any chain of owners: of a Deployment,
 * itself and its ReplicaSets.
 */
export function listPodOwners(
  uid: string,
  cluster: Pick<ClusterView, 'objects' | 'customResources'>,
): string[] {
  const found = new Set([uid])
  let newest = [uid]
  for (let depth = 0; depth < MAX_DEPTH && newest.length > 0; depth += 1) {
    newest = newest.flatMap((owner) => listOwned(owner, cluster)).filter((one) => !found.has(one))
    for (const one of newest) found.add(one)
  }
  return [...found]
}

function listOwned(
  uid: string,
  { objects, customResources }: Pick<ClusterView, 'objects' | 'customResources'>,
) {
  return listKinds(customResources)
    .filter(({ ownsPods }) => ownsPods)
    .flatMap(({ resource }) => objects[resource.name]?.ownedBy(uid).map((one) => one.uid) ?? [])
}
