import type { Dependencies } from './dependencies.ts'
import type { PodHistory, RefusedPods } from './history.ts'
import type { LabelSelector, Meta, Seconds } from './meta.ts'
import type { CustomResource, Job, Records, ResourceName } from './records.ts'

/** Read access to what belongs to objects. No call costs more than its answer, whatever the cluster's size. */
export interface Index<R> {
  readonly size: number
  byUid(uid: string): R | undefined
  /** Objects whose controller has this UID. */
  ownedBy(uid: string): readonly R[]
  withLabel(namespace: string, key: string, value: string): readonly R[]
  /** Objects that match all requirements, from the label index. */
  select(namespace: string, selector: LabelSelector): readonly R[]
  all(): Iterable<R>
}

/** Read access to the objects of one resource. */
export interface ObjectIndex<R extends Meta> extends Index<R> {
  get(namespace: string, name: string): R | undefined
}

/**
 * How far a revision ever got, as far as statuses were seen: `unseen`: no pod of it was; `tried`: it had pods, none of which was
 * available; `available`: at least one was.
 */
export type Attainment = 'unseen' | 'tried' | 'available'

/** What was seen of the cluster that its objects no longer show. */
export interface PastView {
  /** How far a ReplicaSet, or the newest revision of a StatefulSet, ever got. */
  attainment(uid: string): Attainment
  /** When a pod of the namespace last went, or ended for good; null when none was seen to. */
  lastPodEnd(namespace: string): Seconds | null
  /** Jobs that were deleted after they had finished, within the last hour, in their last state. */
  finishedJobs(namespace: string): readonly Job[]
}

/** The cluster as watches last reported it; questions are answered from it. */
export interface ClusterView {
  /** The custom resources that are watched besides Rollouts. */
  readonly customResources: readonly CustomResource[]
  readonly objects: { readonly [K in ResourceName]: ObjectIndex<Records[K]> }
  /** The histories of pods that exist, and of those that were deleted in the last hour; `uid` is the pod's. */
  readonly histories: Index<PodHistory>
  /** The pods that nodes refused and that were deleted in the last hour, by owner. */
  readonly refusals: { ownedBy(uid: string): readonly RefusedPods[] }
  readonly past: PastView
  /** The age of the data about a resource in a namespace: 0 while its watch works, Infinity when it was never read. */
  ageSeconds(resource: ResourceName, namespace: string, now: Seconds): number
  /** Why the resource cannot be read at all (`forbidden`: 403; `absent`: the API server does not have it), or null. */
  obstacle(resource: ResourceName, namespace: string): 'unsynced' | 'forbidden' | 'absent' | null
  /** Grows with each change to any object and to the state of any watch. */
  readonly changes: number
  /** Whether every watch works or is known to be refused or absent, so that no change can be missing. */
  readonly watchesWork: boolean
  /**
   * Calls back after each change to what an evaluation depends on and to the state of any watch, at most once a turn of the
   * event loop. Returns a function that stops the calls.
   */
  onChange(dependencies: Dependencies, listener: () => void): () => void
}
