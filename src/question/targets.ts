import type { KindDescriptor, Workload } from '../kinds/descriptor.ts'
import { findKind, findOwnerKind, type Kind, listKinds } from '../kinds/index.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import { buildOldRevision } from '../kinds/revision.ts'
import { closest } from '../lib/closest.ts'
import type { LabelSelector, Meta, OwnerRef } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ReplicaSet } from '../model/records.ts'
import { NotFoundError } from './not-found-error.ts'
import type { Target } from './question.ts'

type HashTarget = Extract<Target, { type: 'hash' }>

/** Maximum number of names that are compared for a hint, so that a wrong name stays cheap in a large namespace. */
const MAX_COMPARED_NAMES = 500

/** Finds the workloads that a target names, at least one, with the objects that their verdicts need. Throws a NotFoundError. */
export function findWorkloads(target: Target, view: NamespaceView): readonly Workload[] {
  const found = find(target, view)
  if (found.length > 0) return found
  throw new NotFoundError(describeNothing(target, view))
}

/** Describes what was not found, with the name that was probably meant. */
function describeNothing(target: Target, view: NamespaceView): string {
  const where = `in namespace "${view.namespace}"`
  switch (target.type) {
    case 'object': {
      const meant = findSimilarName(target.kind, target.name, view)
      const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`
      return `No ${target.kind} "${target.name}" ${where}.${hint}`
    }
    case 'selector':
      return `Nothing ${where} matches the selector ${target.text}.`
    case 'hash': {
      const owner = target.owner === null ? '' : ` under ${target.owner.kind} "${target.owner.name}"`
      return `Nothing ${where} has the template hash ${target.hash}${owner}.`
    }
  }
}

function findSimilarName(kind: Kind, name: string, view: NamespaceView): string | undefined {
  const { resource } = findKind(kind, view.cluster.customResources)
  const names = view.objects[resource.name]?.select(view.namespace, []).map((one) => one.name) ?? []
  return closest(name, names.slice(0, MAX_COMPARED_NAMES))
}

function find(target: Target, view: NamespaceView): readonly Workload[] {
  switch (target.type) {
    case 'object': {
      const found = findKind(target.kind, view.cluster.customResources).find(target.name, view)
      return found === undefined ? [] : [found]
    }
    case 'selector':
      return selectWorkloads(target.selector, view)
    case 'hash':
      return findWithHash(target, view)
  }
}

/** Finds the workloads that match. One with a known owner is judged with its owner. Pods count only when no other workload matches. */
function selectWorkloads(selector: LabelSelector, view: NamespaceView): readonly Workload[] {
  const kinds = listKinds(view.cluster.customResources).filter((kind) => isVisible(kind, view))
  for (const kind of kinds) view.required.need(kind.resource.name, ...kind.needs)
  const select = (kind: KindDescriptor): Workload[] =>
    kind.select(selector, view).filter(({ ownedBy }) => kind.selected === 'always' || ownedBy === null)
  const found = adopt(kinds.filter(({ selected }) => selected !== 'last').flatMap(select), view)
  return found.length > 0 ? found : kinds.filter(({ selected }) => selected === 'last').flatMap(select)
}

/** Replaces workloads by the owners that are judged instead, each owner once. */
function adopt(found: readonly Workload[], view: NamespaceView): readonly Workload[] {
  const result = new Map<string, Workload>()
  for (const one of found) {
    const owner = one.ownedBy
    const adoptOwner = owner === null ? undefined : findOwnerKind(owner, view.cluster.customResources)?.adopt
    const uid = (adoptOwner === undefined ? one.record?.uid : owner?.uid) ?? ''
    if (result.has(uid)) continue
    result.set(uid, adoptOwner === undefined || owner === null ? one : adoptOwner(owner, view))
  }
  return [...result.values()]
}

/** Whether to select objects of a kind: false when they cannot be read and the answer can do without them. */
function isVisible({ resource, dispensable }: KindDescriptor, view: NamespaceView): boolean {
  const obstacle = view.cluster.obstacle(resource.name, view.namespace)
  if (obstacle === 'absent') return dispensable === 'no'
  return obstacle !== 'forbidden' || dispensable !== 'where-refused'
}

/** Finds every workload that has pods or a ReplicaSet with the template hash, of any owner or of one. */
function findWithHash(target: HashTarget, view: NamespaceView): readonly Workload[] {
  view.required.need('replicasets', 'pods')
  const replicaSets = view
    .replicaSetsWithHash(target.hash)
    .filter((one) => isOwner(target.owner, one.owner, one, view))
  const known = new Set(replicaSets.map(({ uid }) => uid))
  const others = view
    .podsWithHash(target.hash)
    .filter(({ owner }) => owner === null || (owner.kind !== 'ReplicaSet' && !known.has(owner.uid)))
    .filter((pod) => isOwner(target.owner, pod.owner, pod, view))
  return [
    ...replicaSets.map((one) => resolveReplicaSet(one, target.hash, view)),
    ...resolveControllers(target, others, view),
  ]
}

function isOwner(
  wanted: { readonly kind: Kind; readonly name: string } | null,
  owner: OwnerRef | null,
  self: Pick<Meta, 'name'>,
  view: NamespaceView,
): boolean {
  if (wanted === null) return true
  if (owner?.name === wanted.name && findOwnerKind(owner, view.cluster.customResources)?.kind === wanted.kind)
    return true
  return (wanted.kind === 'replicaset' || wanted.kind === 'pod') && self.name === wanted.name
}

/** The owner of a ReplicaSet with the current template is judged as a whole; any other ReplicaSet by itself, such as a canary. */
function resolveReplicaSet({ uid, owner }: ReplicaSet, hash: string, view: NamespaceView): Workload {
  const whole = owner === null ? undefined : findCurrentOwner(owner, hash, view)
  const itself = whole ?? findKind('replicaset', []).byUid(uid, view)
  if (itself === undefined)
    throw new NotFoundError(`No ReplicaSet in namespace "${view.namespace}" has the template hash ${hash}.`)
  return itself
}

/** The owner when the hash is that of its current template. */
function findCurrentOwner(owner: OwnerRef, hash: string, view: NamespaceView): Workload | undefined {
  const kind = findOwnerKind(owner, view.cluster.customResources)
  if (kind === undefined || !kind.hasCurrent) return undefined
  view.required.need(kind.resource.name, ...kind.needs)
  return kind.currentByUid(owner.uid, hash, view)
}

/** Finds workloads whose controller creates pods without a ReplicaSet. The newest revision, which may have no pods yet, is judged as the whole workload. */
function resolveControllers(
  { hash, owner: narrowed }: HashTarget,
  pods: readonly Pod[],
  view: NamespaceView,
): Workload[] {
  const revisions = view
    .revisionsWithHash(hash)
    .filter(({ owner }) => owner !== null && isOwner(narrowed, owner, owner, view))
  const groups = Map.groupBy(pods, ({ owner }) => owner?.uid ?? '')
  for (const { owner } of revisions) if (owner !== null && !groups.has(owner.uid)) groups.set(owner.uid, [])
  const owners = new Map([...pods, ...revisions].map(({ owner }) => [owner?.uid ?? '', owner]))
  return [...groups].flatMap(([uid, group]) => {
    const owner = owners.get(uid) ?? null
    const whole = owner === null ? undefined : findCurrentOwner(owner, hash, view)
    if (whole !== undefined) return [whole]
    const [first, ...others] = group.map((pod) => view.gatherFacts(pod))
    return first === undefined ? [] : [buildOldRevision(owner, hash, [first, ...others])]
  })
}
