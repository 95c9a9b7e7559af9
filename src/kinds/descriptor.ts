import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import type { PodHistory } from '../model/history.ts'
import type { LabelSelector, Meta, OwnerRef, Seconds } from '../model/meta.ts'
import type { Records, ResourceName } from '../model/records.ts'
import type { ClusterView, ObjectIndex } from '../model/view.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import type { Assessment } from './assessment.ts'
import type { NamespaceView } from './namespace-view.ts'

/** A resource of the Kubernetes API that is watched. */
export interface ResourceSpec<N extends ResourceName = ResourceName> {
  readonly name: N
  /** As in paths: the plural. */
  readonly plural: string
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  /** As Kubernetes writes it: Deployment. */
  readonly kind: string
  /** Custom resources have no protobuf form. */
  readonly encoding: 'protobuf' | 'json'
  /** Its objects are in no namespace: they are watched as a whole, also where only some namespaces are. */
  readonly clusterScoped?: true
  /** Limits a list or watch on the server, as a fieldSelector. */
  readonly fieldSelector?: string
  /** ... and as a labelSelector. */
  readonly labelSelector?: string
  /** What Lynceus cannot do without the right to list and watch it, as the rest of a sentence. */
  readonly without: string
}

/** The pods of a workload's current revision, present and deleted. */
export interface Membership {
  readonly pods: readonly PodFacts[]
  /** UIDs of the owners of the pods, by which the histories of deleted ones are found. */
  readonly owners: readonly string[]
  /** The controller-revision-hash that deleted pods must have had; null where the owner has pods of one revision only. */
  readonly hash: string | null
  /** Pods that are wanted. */
  readonly desired: number
  /** Template hash or revision; null where there is none. */
  readonly revision: string | null
  readonly generation: number | null
  readonly minReadySeconds: Seconds
}

/** A workload that a question is about, with everything that its verdict depends on. */
export interface Workload extends Membership {
  /** As Kubernetes writes it: Deployment. */
  readonly apiKind: string
  /** The object itself; null for the pods of an old revision. */
  readonly record: Meta | null
  /** What owns it. */
  readonly ownedBy: OwnerRef | null
  judge(context: Context): Assessment
}

/** The progress of the release of a template; notifications of releases follow from it. */
export interface ReleaseState {
  readonly generation: number
  /** Names the template; empty until its controller has named it. */
  readonly id: string
  /** Its controller says that this template is all there is. */
  readonly complete: boolean
  /** It was complete before: what is missing now has nothing to do with the release. */
  readonly finished: boolean
}

/** A resource without what is the same for most: its plural is its name, its version v1, its encoding protobuf. */
type ResourceInput<N extends ResourceName> = Omit<ResourceSpec<N>, 'plural' | 'version' | 'encoding'> &
  Partial<ResourceSpec<N>>

/** A resource of the API; completes what is not said. */
export function defineResource<N extends ResourceName>(input: ResourceInput<N>): ResourceSpec<N> {
  return { plural: input.name, version: 'v1', encoding: 'protobuf', ...input }
}

/** What a kind does not say of the membership follows from its record: it owns its pods, all of one revision. */
export type MembershipInput = Pick<Membership, 'pods'> & Partial<Membership>

/** The fields of a record from which a membership is completed. */
type MembershipRecord = Pick<Meta, 'uid'> & Partial<Pick<Membership, 'generation' | 'minReadySeconds'>>

export function completeMembership(
  { uid, generation = null, minReadySeconds = 0 }: MembershipRecord,
  input: MembershipInput,
): Membership {
  return { owners: [uid], hash: null, desired: 0, revision: null, generation, minReadySeconds, ...input }
}

/** What the file of a kind states. `O` is what its verdict depends on. */
interface KindSpec<N extends ResourceName, O> {
  readonly resource: ResourceInput<N>
  /** Names that people use besides the kind's own: plural and short forms, in lower case. */
  readonly names: readonly string[]
  /** Resources, besides its own, that a verdict cannot do without. */
  readonly needs: readonly ResourceName[]
  /** Resources that make a verdict better where they may be read. Default: events and nodes. */
  readonly optional?: readonly ResourceName[]
  /** Kinds that may own it, as Kubernetes writes them: their annotations count, and their state may. Default: none. */
  readonly owners?: readonly string[]
  /**
   * Whether a label selector means its objects: `always`, the default; `unowned`: only those without an owner; `last`: those without an
   * owner, and only where no other workload matches.
   */
  readonly selected?: 'always' | 'unowned' | 'last'
  /**
   * What may be missing without harm to an answer about other kinds: nothing (`no`, the default), the definition, or the
   * right as well.
   */
  readonly dispensable?: 'no' | 'where-absent' | 'where-refused'
  /** Whether /metrics has series of it. Default: true. */
  readonly hasSeries?: boolean
  readonly gather: (record: Records[N], view: NamespaceView) => O
  readonly membership: (objects: O) => MembershipInput
  readonly judge: (objects: O, context: Context) => Assessment
  /** Whether a hash is that of its current template: then the whole is judged, not the revision. Absent: never. */
  readonly isCurrent?: (record: Records[N], hash: string, view: NamespaceView) => boolean
  /** Absent where nothing is released. */
  readonly release?: (record: Records[N]) => ReleaseState
  /** Where its pod template lies in its object; absent where it has none. */
  readonly templatePath?: readonly string[]
}

/** A workload that can be released, with the state of its release. */
export interface Releasable extends ReleaseState {
  readonly record: Meta
}

/** A kind, as the rest of the program uses it. */
export interface KindDescriptor<N extends ResourceName = ResourceName>
  extends Required<
      Pick<
        KindSpec<ResourceName, never>,
        'names' | 'needs' | 'optional' | 'owners' | 'selected' | 'dispensable' | 'hasSeries'
      >
    >,
    Pick<KindSpec<ResourceName, never>, 'templatePath'> {
  readonly resource: ResourceSpec<N>
  /** The object of this name; undefined when there is none. Throws an UnavailableError. */
  readonly find: (name: string, view: NamespaceView) => Workload | undefined
  /** Objects whose labels match. */
  readonly select: (selector: LabelSelector, view: NamespaceView) => Workload[]
  readonly byUid: (uid: string, view: NamespaceView) => Workload | undefined
  /** Whether a hash may be that of its current template. */
  readonly hasCurrent: boolean
  /** The object of this UID, when a hash is that of its current template. */
  readonly currentByUid: (uid: string, hash: string, view: NamespaceView) => Workload | undefined
  /** Judges an owner in place of what it owns, also where the owner may not be read. Absent: each is judged by itself. */
  readonly adopt?: (owner: OwnerRef, view: NamespaceView) => Workload
  /** Whether its objects are released. */
  readonly isReleased: boolean
  /** Every workload that can be released. */
  readonly releasables: (objects: ClusterView['objects']) => Iterable<Releasable>
}

/** Completes the description of a kind for the rest of the program, and hides the types of its records. */
export function defineKind<N extends ResourceName, O>(spec: KindSpec<N, O>): KindDescriptor<N> {
  const { release } = spec
  const resource = defineResource(spec.resource)
  type Record = Records[N] & Meta & MembershipRecord
  const index = (objects: ClusterView['objects']): ObjectIndex<Record> => objects[resource.name]
  const workload = (record: Record, view: NamespaceView): Workload => {
    const objects = spec.gather(record, view)
    return {
      apiKind: resource.kind,
      record,
      ownedBy: record.owner,
      ...completeMembership(record, spec.membership(objects)),
      judge: (context) => spec.judge(objects, context),
    }
  }
  const found = (record: Record | undefined, view: NamespaceView): Workload | undefined =>
    record === undefined ? undefined : workload(record, view)
  return {
    optional: ['events', 'nodes'],
    owners: [],
    selected: 'always',
    dispensable: 'no',
    hasSeries: true,
    ...spec,
    resource,
    isReleased: release !== undefined,
    hasCurrent: spec.isCurrent !== undefined,
    find: (name, view) => {
      view.required.need(resource.name, ...spec.needs)
      return found(index(view.cluster.objects).get(view.namespace, name), view)
    },
    select: (selector, view) =>
      index(view.cluster.objects)
        .select(view.namespace, selector)
        .map((one) => workload(one, view)),
    byUid: (uid, view) => found(index(view.cluster.objects).byUid(uid), view),
    currentByUid: (uid, hash, view) => {
      const record = index(view.cluster.objects).byUid(uid)
      if (record === undefined || spec.isCurrent?.(record, hash, view) !== true) return undefined
      return workload(record, view)
    },
    *releasables(objects) {
      if (release === undefined) return
      for (const record of index(objects).all()) yield { record, ...release(record) }
    },
  }
}

/** Histories of a workload's deleted pods. */
export function listDeletedHistories({ owners, hash }: Membership, view: NamespaceView): PodHistory[] {
  return owners
    .flatMap((uid) => view.cluster.histories.ownedBy(uid))
    .filter(({ labels }) => hash === null || labels[REVISION_HASH_LABEL] === hash)
}
