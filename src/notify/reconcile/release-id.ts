import type { Meta } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import type { DaemonSet, Deployment, Rollout, StatefulSet } from '../../model/records.ts'
import { RELEASE_UUID } from './app.ts'

export const RELEASABLE = ['deployments', 'statefulsets', 'daemonsets', 'rollouts'] as const
export type ReleasableResource = (typeof RELEASABLE)[number]

/** A workload as far as releases go. */
export interface Releasable {
  readonly kind: 'deployment' | 'statefulset' | 'daemonset' | 'rollout'
  readonly apiKind: string
  readonly resource: ReleasableResource
  readonly object: Meta & { readonly generation: number }
  /** Names the template; empty while its controller has not. */
  readonly id: string
  /** Its controller says that this template is all there is. */
  readonly complete: boolean
  /** It was complete before: what is missing now has nothing to do with the release. */
  readonly finished: boolean
}

/** Every workload that can be released. */
export function* releasables({ objects }: Pick<ClusterView, 'objects'>): Iterable<Releasable> {
  for (const one of objects.deployments.all()) yield ofDeployment(one)
  for (const one of objects.statefulsets.all()) yield ofStatefulSet(one)
  for (const one of objects.daemonsets.all()) yield ofDaemonSet(one)
  for (const one of objects.rollouts.all()) yield ofRollout(one)
}

/** apps-watcher's meaning of released: to the letter. */
function ofDeployment(object: Deployment): Releasable {
  const { labels, annotations, generation, observedGeneration, replicas, conditions } = object
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  const done = progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable'
  const counts = [
    object.availableReplicas,
    object.readyReplicas,
    object.currentReplicas,
    object.updatedReplicas,
  ]
  const id = labels[RELEASE_UUID] ?? annotations['deployment.kubernetes.io/revision'] ?? ''
  const finished = done && observedGeneration === generation
  return {
    kind: 'deployment',
    apiKind: 'Deployment',
    resource: 'deployments',
    object,
    id,
    complete: finished && counts.every((count) => count === replicas),
    finished,
  }
}

function ofStatefulSet(object: StatefulSet): Releasable {
  const { updateRevision, currentRevision, observedGeneration, generation, readyReplicas, replicas } = object
  const finished = updateRevision === currentRevision && observedGeneration === generation
  return {
    kind: 'statefulset',
    apiKind: 'StatefulSet',
    resource: 'statefulsets',
    object,
    id: updateRevision,
    complete: finished && readyReplicas === replicas,
    finished,
  }
}

/** A DaemonSet names no revision in its status: its generation does. */
function ofDaemonSet(object: DaemonSet): Releasable {
  const { observedGeneration, generation, updated, available, current, desired } = object
  // A node may lack its pod: those that there are have this template.
  const finished = observedGeneration === generation && updated >= current
  return {
    kind: 'daemonset',
    apiKind: 'DaemonSet',
    resource: 'daemonsets',
    object,
    id: String(generation),
    complete: finished && updated === desired && available === desired,
    finished,
  }
}

function ofRollout(object: Rollout): Releasable {
  const { currentPodHash, stableHash, phase, observedGeneration, generation } = object
  const finished = currentPodHash === stableHash && observedGeneration === String(generation)
  return {
    kind: 'rollout',
    apiKind: 'Rollout',
    resource: 'rollouts',
    object,
    id: currentPodHash,
    complete: finished && phase === 'Healthy',
    finished,
  }
}
