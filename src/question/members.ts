import type { WorkloadObjects } from '../kinds/index.ts'
import { HASH_LABELS, type NamespaceView } from '../kinds/namespace-view.ts'
import { type Annotated, ownersOf, workloadOf } from '../kinds/owners.ts'
import type { RevisionObjects } from '../kinds/revision.ts'
import type { PodHistory } from '../model/history.ts'
import type { Meta, OwnerRef } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import { NotFoundError } from './not-found-error.ts'
import { type Target, targetText } from './question.ts'
import { resolveWorkloads } from './targets.ts'

/** The pods of a target, present and gone. */
export interface Members {
  readonly pods: readonly Pod[]
  readonly histories: readonly PodHistory[]
  /** Pods that are wanted, where something says it; else those that are there. */
  readonly desired: number
  readonly revision: string | null
  readonly generation: number | null
  /** The workloads that own all of it, as far as they are known; one may come several times. */
  readonly workloads: () => readonly (Annotated | null)[]
}

/** Finds the pods that a question about crashes is about. Throws a NotFoundError when nothing is. */
export function resolveMembers(target: Target, reader: NamespaceView): Members {
  const { freshness, namespace, view } = reader
  freshness.need('pods')
  switch (target.type) {
    case 'hash':
      if (target.owner !== null) return ofWorkloads(target, reader)
      return withHash(target.hash, reader)
    case 'selector': {
      const pods = reader.podsMatching(target.selector)
      const histories = view.historiesMatching(namespace, target.selector)
      if (pods.length > 0 || histories.length > 0) return matched(pods, histories, reader)
      return ofWorkloads(target, reader)
    }
    case 'object':
      return ofWorkloads(target, reader)
  }
}

function withHash(hash: string, reader: NamespaceView): Members {
  const { freshness, namespace, view } = reader
  freshness.need('replicasets')
  const pods = reader.podsWithHash(hash)
  const histories = [
    // A pod may carry the hash by two of the labels.
    ...new Set(HASH_LABELS.flatMap((key) => view.historiesWithLabel(namespace, key, hash))),
  ]
  const sets = reader.replicaSetsWithHash(hash)
  const known = [pods, histories, sets, reader.revisionsWithHash(hash)]
  const isEmpty = known.every(({ length }) => length === 0)
  if (isEmpty) throw new NotFoundError(`Namespace ${namespace} has nothing that hash=${hash} names.`)
  const desired = sets.length === 0 ? pods.length : sets.reduce((sum, { replicas }) => sum + replicas, 0)
  const workloads = () => [
    ...ownersOf('ReplicaSet', sets, reader),
    ...ownersOf('Pod', pods, reader),
    ...ownersOf('ControllerRevision', reader.revisionsWithHash(hash), reader),
  ]
  return { pods, histories, desired, revision: hash, generation: null, workloads }
}

/** Pods of the present revision of each workload. */
function ofWorkloads(target: Target, reader: NamespaceView): Members {
  const { view } = reader
  const found = resolveWorkloads(target, reader)
  const parts = found.map((objects) => partOf(objects, reader))
  if (parts.length === 0) throw new NotFoundError(`Nothing is ${targetText(target)}.`)
  const pods = parts.flatMap((part) => part.pods)
  const present = pods.map(({ uid }) => view.historyOf(uid)).filter((history) => history !== undefined)
  const gone = parts.flatMap((part) => part.gone)
  const [only, ...others] = parts
  return {
    pods,
    histories: [...new Set([...present, ...gone])],
    desired: parts.reduce((sum, { desired }) => sum + desired, 0),
    revision: others.length === 0 ? (only?.revision ?? null) : null,
    generation: others.length === 0 ? (only?.generation ?? null) : null,
    workloads: () => found.map((objects) => workloadOf(objects, reader)),
  }
}

function matched(pods: readonly Pod[], histories: readonly PodHistory[], reader: NamespaceView): Members {
  const workloads = () => ownersOf('Pod', pods, reader)
  return { pods, histories, desired: pods.length, revision: null, generation: null, workloads }
}

interface Part {
  readonly pods: readonly Pod[]
  readonly gone: readonly PodHistory[]
  readonly desired: number
  readonly revision: string | null
  readonly generation: number | null
}

function partOf(objects: WorkloadObjects, { view }: NamespaceView): Part {
  const goneOf = (owner: Pick<Meta, 'uid'> | null, label?: string): PodHistory[] =>
    owner === null
      ? []
      : view
          .historiesOwnedBy(owner.uid)
          .filter(({ labels }) => label === undefined || labels['controller-revision-hash'] === label)
  switch (objects.kind) {
    case 'deployment': {
      const { deployment, replicaSet, pods } = objects
      const revision = replicaSet?.labels['pod-template-hash'] ?? null
      return part(pods, goneOf(replicaSet), deployment.replicas, revision, deployment.generation)
    }
    case 'rollout': {
      const { rollout, replicaSet, pods } = objects
      return part(pods, goneOf(replicaSet), rollout.replicas, rollout.currentPodHash, rollout.generation)
    }
    case 'replicaset': {
      const { replicaSet, pods } = objects
      const hash = HASH_LABELS.map((key) => replicaSet.labels[key]).find((value) => value !== undefined)
      return part(pods, goneOf(replicaSet), replicaSet.replicas, hash ?? null, replicaSet.generation)
    }
    case 'statefulset': {
      const { statefulSet, pods } = objects
      const revision = statefulSet.updateRevision
      const own = pods.filter(({ pod }) => pod.labels['controller-revision-hash'] === revision)
      return part(own, goneOf(statefulSet, revision), statefulSet.replicas, revision, statefulSet.generation)
    }
    case 'daemonset': {
      const { daemonSet, pods, revision } = objects
      const own = pods.filter(({ pod }) => pod.labels['controller-revision-hash'] === revision)
      return part(own, goneOf(daemonSet, revision ?? ''), daemonSet.desired, revision, daemonSet.generation)
    }
    case 'job':
      return part(objects.pods, goneOf(objects.job), 0, null, objects.job.generation)
    case 'revision':
      return part(
        objects.pods,
        goneOf(ownerOf(objects), objects.hash),
        objects.pods.length,
        objects.hash,
        null,
      )
    case 'pod':
      return part([objects.facts], [], 1, null, null)
  }
}

/** Pods of such a revision have the same owner, or none. */
function ownerOf({ pods: [first] }: RevisionObjects): OwnerRef | null {
  return first?.pod.owner ?? null
}

function part(
  facts: readonly { readonly pod: Pod }[],
  gone: readonly PodHistory[],
  desired: number,
  revision: string | null,
  generation: number | null,
): Part {
  return { pods: facts.map(({ pod }) => pod), gone, desired, revision, generation }
}
