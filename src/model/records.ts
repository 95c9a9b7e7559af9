import type { Condition, IntOrPercent, Meta, Seconds, WorkloadMeta } from './meta.ts'
import type { Pod } from './pod.ts'

export interface ReplicaSet extends WorkloadMeta {
  readonly replicas: number
  readonly minReadySeconds: number
  readonly observedGeneration: number
  readonly currentReplicas: number
  readonly availableReplicas: number
  readonly conditions: readonly Condition[]
}

export interface Deployment extends WorkloadMeta {
  /** When something besides its status was last changed; 0 when the API server did not note it. */
  readonly changedAt: Seconds
  readonly replicas: number
  readonly paused: boolean
  /** RollingUpdate or Recreate. */
  readonly strategy: string
  readonly maxUnavailable: IntOrPercent
  readonly maxSurge: IntOrPercent
  readonly minReadySeconds: number
  readonly progressDeadlineSeconds: number
  readonly observedGeneration: number
  readonly currentReplicas: number
  readonly updatedReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly conditions: readonly Condition[]
}

export interface StatefulSet extends WorkloadMeta {
  readonly replicas: number
  /** RollingUpdate or OnDelete. */
  readonly strategy: string
  readonly partition: number
  /** OrderedReady or Parallel. */
  readonly podManagementPolicy: string
  readonly minReadySeconds: number
  readonly observedGeneration: number
  readonly currentReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly updatedReplicas: number
  readonly currentRevision: string
  readonly updateRevision: string
}

export interface DaemonSet extends WorkloadMeta {
  readonly strategy: string
  readonly maxUnavailable: IntOrPercent
  readonly minReadySeconds: number
  readonly observedGeneration: number
  readonly desired: number
  readonly current: number
  readonly available: number
  readonly updated: number
}

/** One revision of a StatefulSet or DaemonSet; the one with the highest number is the newest. */
export interface ControllerRevision extends Meta {
  readonly revision: number
}

export interface Job extends WorkloadMeta {
  readonly parallelism: number
  /** Null: a work queue, any success completes it. */
  readonly completions: number | null
  readonly backoffLimit: number
  readonly backoffLimitPerIndex: number | null
  readonly suspended: boolean
  readonly completedAt: Seconds
  readonly succeeded: number
  readonly failed: number
  readonly conditions: readonly Condition[]
}

export interface CronJob extends WorkloadMeta {
  readonly suspended: boolean
  /** The time of its schedule for which a Job was last made; 0: never. */
  readonly scheduledAt: Seconds
  /** When one of its Jobs last succeeded; 0: never. */
  readonly succeededAt: Seconds
  /** Jobs that its controller counts as running. */
  readonly active: number
}

export interface Rollout extends WorkloadMeta {
  readonly replicas: number
  readonly paused: boolean
  readonly strategy: 'canary' | 'blueGreen' | ''
  readonly minReadySeconds: number
  readonly progressDeadlineSeconds: number
  /** spec.workloadRef: the workload whose template is rolled out; null when the Rollout has its own. */
  readonly workloadRef: { readonly kind: string; readonly name: string } | null
  /** A decimal string in the API; empty when not yet set. */
  readonly observedGeneration: string
  readonly workloadObservedGeneration: string
  /** Healthy, Degraded, Progressing, Paused; empty on old controllers. */
  readonly phase: string
  readonly message: string
  readonly aborted: boolean
  readonly controllerPause: boolean
  readonly pauseConditions: readonly PauseCondition[]
  readonly currentPodHash: string
  readonly stableHash: string
  /** blueGreen: hash that the active Service selects. */
  readonly activeHash: string
  readonly updatedReplicas: number
  readonly availableReplicas: number
  readonly conditions: readonly Condition[]
}

interface PauseCondition {
  readonly reason: string
  readonly startedAt: Seconds
}

/** A node, reduced to whether it answers and is about to go. Nodes are in no namespace; their labels are not kept. */
export interface Node extends Meta {
  /** Status of its Ready condition: True, False or Unknown; empty when it has none yet. */
  readonly ready: string
  /** When that last changed; 0 when unknown. */
  readonly readySince: Seconds
  /** Why it is not ready, as its Ready condition says; empty while it is. */
  readonly reason: string
  readonly message: string
  /** Cordoned: no new pods are scheduled to it. */
  readonly unschedulable: boolean
  /** Keys of the taints that say that the node is about to go: shut down, drained or removed. Mostly empty. */
  readonly leaving: readonly string[]
}

/** A core/v1 Event; its `owner` is the object that it is about. */
export interface ClusterEvent extends Meta {
  /** The part of the object, such as `spec.containers{app}`; empty for the whole. */
  readonly fieldPath: string
  /** Normal or Warning. */
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly firstSeen: Seconds
  readonly lastSeen: Seconds
}

/** A custom resource that the settings name, in the terms of its CustomResourceDefinition. */
export interface CustomResource {
  readonly group: string
  readonly version: string
  /** As in manifests: CloneSet. */
  readonly kind: string
  /** As in paths and in RBAC: clonesets. */
  readonly plural: string
}

/** An object of a custom resource, as far as objects of all of them are alike. */
export interface CustomObject extends WorkloadMeta {
  /** spec.replicas; null when it has no such number. */
  readonly replicas: number | null
  /** When something besides its status was last changed; 0 when the API server did not note it. */
  readonly changedAt: Seconds
  /** The oldest generation that its status is about: status.observedGeneration and those of its conditions; null when the controller writes none. */
  readonly observedGeneration: number | null
  /** Counts of pods in the status; null when it has no such number. */
  readonly currentReplicas: number | null
  readonly updatedReplicas: number | null
  /** Its update is paused: spec.paused, spec.updateStrategy.paused or spec.updateStrategy.rollingUpdate.paused. */
  readonly paused: boolean
  /** status.expectedUpdatedReplicas, or what a partition leaves: less than `replicas` where pods stay at an old revision. */
  readonly expectedUpdatedReplicas: number | null
  readonly readyReplicas: number | null
  readonly availableReplicas: number | null
  /** status.updateRevision: the value of controller-revision-hash on pods of the current template; empty when there is none. */
  readonly updateRevision: string
  readonly conditions: readonly Condition[]
}

/** Every resource that Lynceus always watches, by its plural name, with the record that it is kept as. */
export interface BuiltInRecords {
  pods: Pod
  replicasets: ReplicaSet
  deployments: Deployment
  statefulsets: StatefulSet
  daemonsets: DaemonSet
  controllerrevisions: ControllerRevision
  jobs: Job
  cronjobs: CronJob
  rollouts: Rollout
  events: ClusterEvent
  nodes: Node
}

/** A custom resource is named as its definition is: `clonesets.apps.kruise.io`. */
export type CustomResourceName = `${string}.${string}`

/** Every resource that is watched, with the record that it is kept as. */
export interface Records extends BuiltInRecords {
  [custom: CustomResourceName]: CustomObject
}

export type BuiltInResource = keyof BuiltInRecords
export type ResourceName = BuiltInResource | CustomResourceName

const BUILT_IN: Readonly<Record<BuiltInResource, true>> = {
  pods: true,
  replicasets: true,
  deployments: true,
  statefulsets: true,
  daemonsets: true,
  controllerrevisions: true,
  jobs: true,
  cronjobs: true,
  rollouts: true,
  events: true,
  nodes: true,
}

/** The resources that Lynceus always watches. */
export const BUILT_IN_RESOURCES: readonly BuiltInResource[] = Object.keys(BUILT_IN).filter(isBuiltInResource)

export function isBuiltInResource(name: string): name is BuiltInResource {
  return Object.hasOwn(BUILT_IN, name)
}

/** The resource's name in the cache, in metrics and in /readyz. */
export function customResourceName({ plural, group }: CustomResource): CustomResourceName {
  return `${plural}.${group}`
}
