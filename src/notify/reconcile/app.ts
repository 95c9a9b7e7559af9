import type { Labels, Meta, OwnerRef } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'

const APP_NAME = 'akkeris.io/app-name'
const DYNO_TYPE = 'akkeris.io/dyno-type'
export const RELEASE_UUID = 'akkeris.io/release-uuid'
/** Between the app's name and its type in the names of apps-watcher's deployments. */
const TYPE_MARK = '--'

/** Whose pod or workload it is. */
export interface AppIdentity {
  readonly namespace: string
  readonly app: string
  readonly labelled: boolean
  readonly workload: { readonly kind: string; readonly name: string }
  readonly dynoType: string
}

type Member = Pick<Meta, 'namespace' | 'name' | 'labels' | 'owner'>

/** The app of a pod, also of one that is gone. */
export function resolvePodApp(pod: Member, view: Pick<ClusterView, 'objects'>): AppIdentity {
  const workload = outermost(pod.owner, view) ?? { kind: 'Pod', name: pod.name }
  return identity(pod.namespace, pod.labels, pod.name, workload)
}

export function resolveWorkloadApp({ namespace, name, labels }: Member, kind: string): AppIdentity {
  return identity(namespace, labels, name, { kind, name })
}

/** The pod's name less its owner's, with dots: `web-389233991-aed11` of Deployment web is `389233991.aed11`. */
export function buildDynoName(name: string, { workload }: AppIdentity): string {
  const prefix = `${workload.name}-`
  return name.startsWith(prefix) ? name.slice(prefix.length).replaceAll('-', '.') : name
}

function identity(
  namespace: string,
  labels: Labels,
  name: string,
  workload: AppIdentity['workload'],
): AppIdentity {
  const app = labels[APP_NAME]
  const dynoType = labels[DYNO_TYPE] ?? typeIn(name)
  return { namespace, app: app ?? workload.name, labelled: app !== undefined, workload, dynoType }
}

/** `shop--worker-389233991-aed11` is of type worker; without the mark all are web. */
function typeIn(name: string): string {
  const mark = name.indexOf(TYPE_MARK)
  const type = mark < 0 ? '' : (name.slice(mark + TYPE_MARK.length).split('-', 1)[0] ?? '')
  return type === '' ? 'web' : type
}

/** A ReplicaSet of a Deployment or Rollout is named after it, so its name tells even when it is gone. */
function outermost(owner: OwnerRef | null, { objects }: Pick<ClusterView, 'objects'>) {
  if (owner === null) return null
  if (owner.kind !== 'ReplicaSet') return { kind: owner.kind, name: owner.name }
  const set = objects.replicasets.byUid(owner.uid)
  if (set !== undefined) return set.owner === null ? owner : { kind: set.owner.kind, name: set.owner.name }
  return { kind: 'Deployment', name: owner.name.replace(/-[^-]+$/, '') }
}
