import type { Meta } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import type { DaemonSet, Deployment, Rollout, StatefulSet } from '../../model/workloads.ts'
import { RELEASE_UUID } from './app.ts'

/** A workload as far as releases go. */
export interface Releasable {
  readonly kind: 'deployment' | 'statefulset' | 'daemonset' | 'rollout'
  readonly apiKind: string
  readonly object: Meta & { readonly generation: number }
  /** Names the template; empty while its controller has not. */
  readonly id: string
  /** Its controller says that this template is all there is. */
  readonly complete: boolean
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
  const complete = done && observedGeneration === generation && counts.every((count) => count === replicas)
  const id = labels[RELEASE_UUID] ?? annotations['deployment.kubernetes.io/revision'] ?? ''
  return { kind: 'deployment', apiKind: 'Deployment', object, id, complete }
}

function ofStatefulSet(object: StatefulSet): Releasable {
  const { updateRevision, currentRevision, observedGeneration, generation, readyReplicas, replicas } = object
  const complete =
    updateRevision === currentRevision && observedGeneration === generation && readyReplicas === replicas
  return { kind: 'statefulset', apiKind: 'StatefulSet', object, id: updateRevision, complete }
}

/** A DaemonSet names no revision in its status: its generation does. */
function ofDaemonSet(object: DaemonSet): Releasable {
  const { observedGeneration, generation, updated, available, desired } = object
  const complete = observedGeneration === generation && updated === desired && available === desired
  return { kind: 'daemonset', apiKind: 'DaemonSet', object, id: String(generation), complete }
}

function ofRollout(object: Rollout): Releasable {
  const { currentPodHash, stableHash, phase, observedGeneration, generation } = object
  const complete =
    phase === 'Healthy' && currentPodHash === stableHash && observedGeneration === String(generation)
  return { kind: 'rollout', apiKind: 'Rollout', object, id: currentPodHash, complete }
}
