import {
  gatherByName,
  needsOf,
  ofDaemonSet,
  ofDeployment,
  ofJob,
  ofPod,
  ofReplicaSet,
  ofRollout,
  ofStatefulSet,
} from '../kinds/gather.ts'
import type { WorkloadObjects } from '../kinds/index.ts'
import type { Kind } from '../kinds/kind-names.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import { currentReplicaSet, newestRevision, revisionHash } from '../kinds/revisions.ts'
import type { LabelSelector, OwnerRef } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ResourceName } from '../model/view.ts'
import type { ReplicaSet } from '../model/workloads.ts'
import { NotFoundError } from './not-found-error.ts'
import { type Target, targetText } from './question.ts'

type HashTarget = Extract<Target, { type: 'hash' }>

/** The workloads that a target names, each with what its verdict depends on; at least one, else a NotFoundError. */
export function resolveWorkloads(target: Target, reader: NamespaceView): WorkloadObjects[] {
  const found = find(target, reader)
  if (found.length > 0) return found
  throw new NotFoundError(`Namespace ${reader.namespace} has nothing that ${targetText(target)} names.`)
}

function find(target: Target, reader: NamespaceView): WorkloadObjects[] {
  switch (target.type) {
    case 'object': {
      const found = gatherByName(target.kind, target.name, reader)
      return found === undefined ? [] : [found]
    }
    case 'selector':
      return matching(target.selector, reader)
    case 'hash':
      return withHash(target, reader)
  }
}

/** Workloads that match; what another matching one owns is judged with its owner. Pods only where nothing else matches. */
function matching(selector: LabelSelector, reader: NamespaceView): WorkloadObjects[] {
  const { freshness, namespace, view } = reader
  freshness.need(
    'deployments',
    'statefulsets',
    'daemonsets',
    'jobs',
    'replicasets',
    'controllerrevisions',
    'pods',
  )
  const { deployments, statefulsets, daemonsets, jobs, rollouts, replicasets } = view.objects
  const hasRollouts = view.obstacle('rollouts', namespace) !== 'absent'
  if (hasRollouts) freshness.need('rollouts')
  const found = [
    ...deployments.select(namespace, selector).map((one) => ofDeployment(one, reader)),
    ...statefulsets.select(namespace, selector).map((one) => ofStatefulSet(one, reader)),
    ...daemonsets.select(namespace, selector).map((one) => ofDaemonSet(one, reader)),
    ...jobs.select(namespace, selector).map((one) => ofJob(one, reader)),
    ...(hasRollouts ? rollouts.select(namespace, selector).map((one) => ofRollout(one, reader)) : []),
    ...replicasets
      .select(namespace, selector)
      .filter(({ owner }) => owner === null)
      .map((one) => ofReplicaSet(one, reader)),
  ]
  if (found.length > 0) return found
  return reader
    .podsMatching(selector)
    .filter(({ owner }) => owner === null)
    .map((one) => ofPod(one, reader))
}

/** A hash belongs to a template: whatever has pods or a ReplicaSet of it is meant, maybe narrowed to one owner. */
function withHash(target: HashTarget, reader: NamespaceView): WorkloadObjects[] {
  const { freshness } = reader
  freshness.need('replicasets', 'pods')
  const replicaSets = reader
    .replicaSetsWithHash(target.hash)
    .filter((one) => isOwner(target.owner, one.owner, one))
  const known = new Set(replicaSets.map(({ uid }) => uid))
  const others = reader
    .podsWithHash(target.hash)
    .filter(({ owner }) => owner === null || (owner.kind !== 'ReplicaSet' && !known.has(owner.uid)))
    .filter((pod) => isOwner(target.owner, pod.owner, pod))
  return [...replicaSets.map((one) => ofRevision(one, reader)), ...ofControllers(target, others, reader)]
}

interface Named {
  readonly kind: Kind
  readonly name: string
}

function isOwner(wanted: Named | null, owner: OwnerRef | null, self: { readonly name: string }): boolean {
  if (wanted === null) return true
  if (owner !== null && owner.kind.toLowerCase() === wanted.kind && owner.name === wanted.name) return true
  return (wanted.kind === 'replicaset' || wanted.kind === 'pod') && self.name === wanted.name
}

/** A Deployment is judged by its present revision as a whole; any other revision by itself, as canaries are. */
function ofRevision(replicaSet: ReplicaSet, reader: NamespaceView): WorkloadObjects {
  if (replicaSet.owner?.kind !== 'Deployment') return ofReplicaSet(replicaSet, reader)
  reader.freshness.need('deployments')
  const deployment = reader.view.objects.deployments.byUid(replicaSet.owner.uid)
  if (deployment === undefined) return ofReplicaSet(replicaSet, reader)
  const isCurrent = currentReplicaSet(deployment, reader)?.uid === replicaSet.uid
  return isCurrent ? ofDeployment(deployment, reader) : ofReplicaSet(replicaSet, reader)
}

/** What a StatefulSet or DaemonSet made itself. Of its newest revision, which may have no pods yet, the whole is judged. */
function ofControllers(
  { hash, owner: narrowed }: HashTarget,
  pods: readonly Pod[],
  reader: NamespaceView,
): WorkloadObjects[] {
  const revisions = reader
    .revisionsWithHash(hash)
    .filter(({ owner }) => owner !== null && isOwner(narrowed, owner, owner))
  // Found missing there, an owner would be judged by its pods alone.
  for (const { owner } of [...pods, ...revisions]) reader.freshness.need(...needsOfController(owner))
  const owners = Map.groupBy(pods, ({ owner }) => owner?.uid ?? '')
  for (const { owner } of revisions) if (owner !== null && !owners.has(owner.uid)) owners.set(owner.uid, [])
  return [...owners]
    .map(([uid, group]) => ofController(uid, hash, group, reader))
    .filter((found) => found !== undefined)
}

/** What a verdict on a controller that makes its pods itself can't do without; nothing for other kinds. */
function needsOfController(owner: OwnerRef | null): readonly ResourceName[] {
  const kind = owner?.kind.toLowerCase()
  return kind === 'statefulset' || kind === 'daemonset' ? needsOf(kind) : []
}

function ofController(
  uid: string,
  hash: string,
  pods: readonly Pod[],
  reader: NamespaceView,
): WorkloadObjects | undefined {
  const { view } = reader
  const newest = newestRevision(uid, reader)
  const isNewest = newest !== null && revisionHash(newest) === hash
  const set = view.objects.statefulsets.byUid(uid)
  if (set !== undefined && (isNewest || set.updateRevision === hash)) return ofStatefulSet(set, reader)
  const daemon = view.objects.daemonsets.byUid(uid)
  if (daemon !== undefined && isNewest) return ofDaemonSet(daemon, reader)
  const [first] = pods
  if (first === undefined) return undefined
  const owner = first.owner ?? { kind: 'Pod', name: first.name }
  return { kind: 'revision', owner, hash, pods: pods.map((pod) => reader.facts(pod)) }
}
