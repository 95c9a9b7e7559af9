import type { ResourceName } from '../../model/records.ts'

/** A resource of the Kubernetes API that is watched. */
export interface ResourceSpec {
  readonly name: ResourceName
  /** Path of its group and version. */
  readonly api: string
  readonly kind: string
  /** Custom resources have no protobuf form. */
  readonly encoding: 'protobuf' | 'json'
  /** Limits a list or watch on the server, as a fieldSelector. */
  readonly fieldSelector?: string
  /** ... and as a labelSelector. */
  readonly labelSelector?: string
}

/** Events of every pod's ordinary life, most of all events: no rule reads them. */
const ORDINARY_EVENTS = [
  'Scheduled',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'Killing',
  'SuccessfulCreate',
]

/** Everything that is watched, one line each. */
export const RESOURCES: readonly ResourceSpec[] = [
  { name: 'pods', api: '/api/v1', kind: 'Pod', encoding: 'protobuf' },
  { name: 'replicasets', api: '/apis/apps/v1', kind: 'ReplicaSet', encoding: 'protobuf' },
  { name: 'deployments', api: '/apis/apps/v1', kind: 'Deployment', encoding: 'protobuf' },
  { name: 'statefulsets', api: '/apis/apps/v1', kind: 'StatefulSet', encoding: 'protobuf' },
  { name: 'daemonsets', api: '/apis/apps/v1', kind: 'DaemonSet', encoding: 'protobuf' },
  { name: 'controllerrevisions', api: '/apis/apps/v1', kind: 'ControllerRevision', encoding: 'protobuf' },
  { name: 'jobs', api: '/apis/batch/v1', kind: 'Job', encoding: 'protobuf' },
  { name: 'rollouts', api: '/apis/argoproj.io/v1alpha1', kind: 'Rollout', encoding: 'json' },
  {
    name: 'events',
    api: '/api/v1',
    kind: 'Event',
    encoding: 'protobuf',
    fieldSelector: ORDINARY_EVENTS.map((reason) => `reason!=${reason}`).join(),
  },
]

/** Path of a resource's collection in a namespace, or in all ('') . */
export function collectionPath({ api, name }: ResourceSpec, namespace: string): string {
  return namespace === '' ? `${api}/${name}` : `${api}/namespaces/${encodeURIComponent(namespace)}/${name}`
}
