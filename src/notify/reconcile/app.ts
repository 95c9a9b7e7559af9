import type { Meta, OwnerRef } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import type { AppEvent } from '../event.ts'

const APP_NAME = 'akkeris.io/app-name'
const DYNO_TYPE = 'akkeris.io/dyno-type'
export const RELEASE_UUID = 'akkeris.io/release-uuid'
/** Between the app's name and its type in the names of apps-watcher's deployments. */
const TYPE_SEPARATOR = '--'

/** The fields of an event that say which app a pod or workload belongs to. */
export type AppIdentity = Pick<AppEvent, 'namespace' | 'app' | 'legacy' | 'workload' | 'dynoType'>

type AppObject = Pick<Meta, 'namespace' | 'name' | 'labels' | 'owner'>

/** The app of a pod, which may be deleted. */
export function resolvePodApp(pod: AppObject, view: Pick<ClusterView, 'objects'>): AppIdentity {
  return resolveApp(pod, findOutermostOwner(pod.owner, view) ?? { kind: 'Pod', name: pod.name })
}

/** The app of an object of this workload. */
export function resolveApp(
  { namespace, name, labels }: AppObject,
  workload: AppIdentity['workload'],
): AppIdentity {
  const app = labels[APP_NAME]
  const dynoType = labels[DYNO_TYPE] ?? parseDynoType(name)
  return { namespace, app: app ?? workload.name, legacy: app !== undefined, workload, dynoType }
}

/** The pod's name without its owner's, with dots: `web-389233991-aed11` of Deployment web is `389233991.aed11`. */
export function buildDynoName(name: string, { workload }: AppIdentity): string {
  const prefix = `${workload.name}-`
  return name.startsWith(prefix) ? name.slice(prefix.length).replaceAll('-', '.') : name
}

/** `shop--worker-389233991-aed11` has the type worker; a name without the separator has the type web. */
function parseDynoType(name: string): string {
  const [, suffix = ''] = name.split(TYPE_SEPARATOR)
  return suffix.split('-', 1)[0] || 'web'
}

/** A ReplicaSet of a Deployment or Rollout is named after it: this gives the owner's name when the ReplicaSet is deleted. */
function findOutermostOwner(owner: OwnerRef | null, { objects }: Pick<ClusterView, 'objects'>) {
  if (owner === null) return null
  const set = owner.kind === 'ReplicaSet' ? objects.replicasets.byUid(owner.uid) : null
  if (set === undefined) return { kind: 'Deployment', name: owner.name.replace(/-[^-]+$/, '') }
  const { kind, name } = set?.owner ?? owner
  return { kind, name }
}
