// Generated from slim.proto by `npm run generate`. Do not edit.

export interface Unknown {
  readonly typeMeta: TypeMeta | null
  readonly raw: Uint8Array
}

export interface TypeMeta {
  readonly apiVersion: string
  readonly kind: string
}

export interface ListMeta {
  readonly resourceVersion: string
  readonly continue: string
}

export interface Status {
  readonly message: string
  readonly reason: string
  readonly details: StatusDetails | null
  readonly code: number
}

export interface StatusDetails {
  readonly retryAfterSeconds: number
}

export interface Bookmark {
  readonly metadata: BookmarkMeta | null
}

export interface BookmarkMeta {
  readonly resourceVersion: string
  readonly annotations: Readonly<Record<string, string>>
}

export interface Time {
  readonly seconds: number
}

export interface IntOrString {
  readonly type: number
  readonly intVal: number
  readonly strVal: string
}

export interface OwnerReference {
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly apiVersion: string
  readonly controller: boolean
}

export interface PlainMeta {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly resourceVersion: string
  readonly creationTimestamp: Time | null
  readonly deletionTimestamp: Time | null
  readonly deletionGracePeriodSeconds: number | null
  readonly labels: Readonly<Record<string, string>>
  readonly ownerReferences: readonly OwnerReference[]
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number
  readonly creationTimestamp: Time | null
  readonly deletionTimestamp: Time | null
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly ownerReferences: readonly OwnerReference[]
}

export interface Pod {
  readonly metadata: PlainMeta | null
  readonly spec: PodSpec | null
  readonly status: PodStatus | null
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly restartPolicy: string
  readonly nodeName: string
  readonly initContainers: readonly Container[]
  readonly readinessGates: readonly PodReadinessGate[]
  readonly schedulingGates: readonly PodSchedulingGate[]
}

export interface PodReadinessGate {
  readonly conditionType: string
}

export interface PodSchedulingGate {
  readonly name: string
}

export interface Container {
  readonly name: string
  readonly readinessProbe: Empty | null
  readonly startupProbe: StartupProbe | null
  readonly restartPolicy: string
  readonly restartPolicyRules: readonly ContainerRestartRule[]
}

export interface StartupProbe {
  readonly initialDelaySeconds: number
  readonly periodSeconds: number
  readonly failureThreshold: number
}

export interface Empty {
}

export interface ContainerRestartRule {
  readonly action: string
  readonly exitCodes: ExitCodes | null
}

export interface ExitCodes {
  readonly operator: string
  readonly values: readonly number[]
}

export interface PodStatus {
  readonly phase: string
  readonly conditions: readonly PodCondition[]
  readonly message: string
  readonly reason: string
  readonly containerStatuses: readonly ContainerStatus[]
  readonly initContainerStatuses: readonly ContainerStatus[]
  readonly nominatedNodeName: string
}

export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime: Time | null
  readonly reason: string
  readonly message: string
}

export interface ContainerStatus {
  readonly name: string
  readonly state: ContainerState | null
  readonly lastState: ContainerState | null
  readonly ready: boolean
  readonly restartCount: number
}

export interface ContainerState {
  readonly waiting: ContainerStateWaiting | null
  readonly running: ContainerStateRunning | null
  readonly terminated: ContainerStateTerminated | null
}

export interface ContainerStateWaiting {
  readonly reason: string
  readonly message: string
}

export interface ContainerStateRunning {
  readonly startedAt: Time | null
}

export interface ContainerStateTerminated {
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly startedAt: Time | null
  readonly finishedAt: Time | null
  readonly containerID: string
}

export interface Node {
  readonly metadata: NodeMeta | null
  readonly spec: NodeSpec | null
  readonly status: NodeStatus | null
}

export interface NodeMeta {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly creationTimestamp: Time | null
  readonly deletionTimestamp: Time | null
}

export interface NodeSpec {
  readonly unschedulable: boolean
  readonly taints: readonly Taint[]
}

export interface Taint {
  readonly key: string
}

export interface NodeStatus {
  readonly conditions: readonly NodeCondition[]
}

export interface NodeCondition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime: Time | null
  readonly reason: string
  readonly message: string
}

export interface Event {
  readonly metadata: PlainMeta | null
  readonly involvedObject: ObjectReference | null
  readonly reason: string
  readonly message: string
  readonly firstTimestamp: Time | null
  readonly lastTimestamp: Time | null
  readonly count: number
  readonly type: string
  readonly eventTime: Time | null
  readonly series: EventSeries | null
}

export interface ObjectReference {
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly apiVersion: string
  readonly fieldPath: string
}

export interface EventSeries {
  readonly count: number
  readonly lastObservedTime: Time | null
}

export interface Deployment {
  readonly metadata: DeploymentMeta | null
  readonly spec: DeploymentSpec | null
  readonly status: DeploymentStatus | null
}

export interface DeploymentMeta {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number
  readonly creationTimestamp: Time | null
  readonly deletionTimestamp: Time | null
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly ownerReferences: readonly OwnerReference[]
  readonly managedFields: readonly ManagedFieldsEntry[]
}

export interface ManagedFieldsEntry {
  readonly time: Time | null
  readonly subresource: string
}

export interface DeploymentSpec {
  readonly replicas: number | null
  readonly strategy: DeploymentStrategy | null
  readonly minReadySeconds: number
  readonly paused: boolean
  readonly progressDeadlineSeconds: number | null
}

export interface DeploymentStrategy {
  readonly type: string
  readonly rollingUpdate: RollingUpdate | null
}

export interface RollingUpdate {
  readonly maxUnavailable: IntOrString | null
  readonly maxSurge: IntOrString | null
}

export interface DeploymentStatus {
  readonly observedGeneration: number
  readonly replicas: number
  readonly updatedReplicas: number
  readonly availableReplicas: number
  readonly conditions: readonly DeploymentCondition[]
  readonly readyReplicas: number
}

export interface DeploymentCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly lastUpdateTime: Time | null
  readonly lastTransitionTime: Time | null
}

export interface ReplicaSet {
  readonly metadata: ObjectMeta | null
  readonly spec: ReplicaSetSpec | null
  readonly status: ReplicaSetStatus | null
}

export interface ReplicaSetSpec {
  readonly replicas: number | null
  readonly minReadySeconds: number
}

export interface ReplicaSetStatus {
  readonly replicas: number
  readonly observedGeneration: number
  readonly availableReplicas: number
  readonly conditions: readonly ReplicaSetCondition[]
}

export interface ReplicaSetCondition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime: Time | null
  readonly reason: string
  readonly message: string
}

export interface StatefulSet {
  readonly metadata: ObjectMeta | null
  readonly spec: StatefulSetSpec | null
  readonly status: StatefulSetStatus | null
}

export interface StatefulSetSpec {
  readonly replicas: number | null
  readonly podManagementPolicy: string
  readonly updateStrategy: StatefulSetUpdateStrategy | null
  readonly minReadySeconds: number
}

export interface StatefulSetUpdateStrategy {
  readonly type: string
  readonly rollingUpdate: RollingUpdateStatefulSet | null
}

export interface RollingUpdateStatefulSet {
  readonly partition: number
}

export interface StatefulSetStatus {
  readonly observedGeneration: number
  readonly replicas: number
  readonly readyReplicas: number
  readonly currentReplicas: number
  readonly updatedReplicas: number
  readonly currentRevision: string
  readonly updateRevision: string
  readonly availableReplicas: number
}

export interface DaemonSet {
  readonly metadata: ObjectMeta | null
  readonly spec: DaemonSetSpec | null
  readonly status: DaemonSetStatus | null
}

export interface DaemonSetSpec {
  readonly updateStrategy: DaemonSetUpdateStrategy | null
  readonly minReadySeconds: number
}

export interface DaemonSetUpdateStrategy {
  readonly type: string
  readonly rollingUpdate: RollingUpdate | null
}

export interface DaemonSetStatus {
  readonly currentNumberScheduled: number
  readonly desiredNumberScheduled: number | null
  readonly observedGeneration: number
  readonly updatedNumberScheduled: number
  readonly numberAvailable: number
}

export interface ControllerRevision {
  readonly metadata: PlainMeta | null
  readonly revision: number
}

export interface Job {
  readonly metadata: ObjectMeta | null
  readonly spec: JobSpec | null
  readonly status: JobStatus | null
}

export interface JobSpec {
  readonly parallelism: number | null
  readonly completions: number | null
  readonly backoffLimit: number | null
  readonly suspend: boolean
  readonly backoffLimitPerIndex: number | null
}

export interface JobStatus {
  readonly conditions: readonly JobCondition[]
  readonly completionTime: Time | null
  readonly succeeded: number
  readonly failed: number
}

export interface JobCondition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime: Time | null
  readonly reason: string
  readonly message: string
}

export interface CronJob {
  readonly metadata: ObjectMeta | null
  readonly spec: CronJobSpec | null
  readonly status: CronJobStatus | null
}

export interface CronJobSpec {
  readonly suspend: boolean
}

export interface CronJobStatus {
  readonly active: readonly ActiveJob[]
  readonly lastScheduleTime: Time | null
  readonly lastSuccessfulTime: Time | null
}

export interface ActiveJob {
  readonly uid: string
}

export interface Rollout {
  readonly metadata: ObjectMeta | null
  readonly spec: RolloutSpec | null
  readonly status: RolloutStatus | null
}

export interface RolloutSpec {
  readonly replicas: number | null
  readonly workloadRef: WorkloadRef | null
  readonly strategy: RolloutStrategy | null
  readonly minReadySeconds: number
  readonly paused: boolean
  readonly progressDeadlineSeconds: number | null
}

export interface WorkloadRef {
  readonly kind: string
  readonly name: string
}

export interface RolloutStrategy {
  readonly canary: Empty | null
  readonly blueGreen: Empty | null
}

export interface RolloutStatus {
  readonly observedGeneration: string
  readonly workloadObservedGeneration: string
  readonly phase: string
  readonly message: string
  readonly abort: boolean
  readonly controllerPause: boolean
  readonly pauseConditions: readonly RolloutPauseCondition[]
  readonly currentPodHash: string
  readonly stableRS: string
  readonly blueGreen: RolloutBlueGreenStatus | null
  readonly updatedReplicas: number
  readonly availableReplicas: number
  readonly conditions: readonly DeploymentCondition[]
}

export interface RolloutPauseCondition {
  readonly reason: string
  readonly startTime: Time | null
}

export interface RolloutBlueGreenStatus {
  readonly activeSelector: string
}

/** Every message by its name. */
export interface Messages {
  Unknown: Unknown
  TypeMeta: TypeMeta
  ListMeta: ListMeta
  Status: Status
  StatusDetails: StatusDetails
  Bookmark: Bookmark
  BookmarkMeta: BookmarkMeta
  Time: Time
  IntOrString: IntOrString
  OwnerReference: OwnerReference
  PlainMeta: PlainMeta
  ObjectMeta: ObjectMeta
  Pod: Pod
  PodSpec: PodSpec
  PodReadinessGate: PodReadinessGate
  PodSchedulingGate: PodSchedulingGate
  Container: Container
  StartupProbe: StartupProbe
  Empty: Empty
  ContainerRestartRule: ContainerRestartRule
  ExitCodes: ExitCodes
  PodStatus: PodStatus
  PodCondition: PodCondition
  ContainerStatus: ContainerStatus
  ContainerState: ContainerState
  ContainerStateWaiting: ContainerStateWaiting
  ContainerStateRunning: ContainerStateRunning
  ContainerStateTerminated: ContainerStateTerminated
  Node: Node
  NodeMeta: NodeMeta
  NodeSpec: NodeSpec
  Taint: Taint
  NodeStatus: NodeStatus
  NodeCondition: NodeCondition
  Event: Event
  ObjectReference: ObjectReference
  EventSeries: EventSeries
  Deployment: Deployment
  DeploymentMeta: DeploymentMeta
  ManagedFieldsEntry: ManagedFieldsEntry
  DeploymentSpec: DeploymentSpec
  DeploymentStrategy: DeploymentStrategy
  RollingUpdate: RollingUpdate
  DeploymentStatus: DeploymentStatus
  DeploymentCondition: DeploymentCondition
  ReplicaSet: ReplicaSet
  ReplicaSetSpec: ReplicaSetSpec
  ReplicaSetStatus: ReplicaSetStatus
  ReplicaSetCondition: ReplicaSetCondition
  StatefulSet: StatefulSet
  StatefulSetSpec: StatefulSetSpec
  StatefulSetUpdateStrategy: StatefulSetUpdateStrategy
  RollingUpdateStatefulSet: RollingUpdateStatefulSet
  StatefulSetStatus: StatefulSetStatus
  DaemonSet: DaemonSet
  DaemonSetSpec: DaemonSetSpec
  DaemonSetUpdateStrategy: DaemonSetUpdateStrategy
  DaemonSetStatus: DaemonSetStatus
  ControllerRevision: ControllerRevision
  Job: Job
  JobSpec: JobSpec
  JobStatus: JobStatus
  JobCondition: JobCondition
  CronJob: CronJob
  CronJobSpec: CronJobSpec
  CronJobStatus: CronJobStatus
  ActiveJob: ActiveJob
  Rollout: Rollout
  RolloutSpec: RolloutSpec
  WorkloadRef: WorkloadRef
  RolloutStrategy: RolloutStrategy
  RolloutStatus: RolloutStatus
  RolloutPauseCondition: RolloutPauseCondition
  RolloutBlueGreenStatus: RolloutBlueGreenStatus
}

export const descriptor = {
 "nested": {
  "lynceus": {
   "nested": {
    "Unknown": {
     "fields": {
      "typeMeta": {
       "type": "TypeMeta",
       "id": 1
      },
      "raw": {
       "type": "bytes",
       "id": 2
      }
     }
    },
    "TypeMeta": {
     "fields": {
      "apiVersion": {
       "type": "string",
       "id": 1
      },
      "kind": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ListMeta": {
     "fields": {
      "resourceVersion": {
       "type": "string",
       "id": 2
      },
      "continue": {
       "type": "string",
       "id": 3
      }
     }
    },
    "Status": {
     "fields": {
      "message": {
       "type": "string",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      },
      "details": {
       "type": "StatusDetails",
       "id": 5
      },
      "code": {
       "type": "uint32",
       "id": 6
      }
     }
    },
    "StatusDetails": {
     "fields": {
      "retryAfterSeconds": {
       "type": "uint32",
       "id": 5
      }
     }
    },
    "Bookmark": {
     "fields": {
      "metadata": {
       "type": "BookmarkMeta",
       "id": 1
      }
     }
    },
    "BookmarkMeta": {
     "fields": {
      "resourceVersion": {
       "type": "string",
       "id": 6
      },
      "annotations": {
       "keyType": "string",
       "type": "string",
       "id": 12
      }
     }
    },
    "Time": {
     "fields": {
      "seconds": {
       "type": "uint32",
       "id": 1
      }
     }
    },
    "IntOrString": {
     "fields": {
      "type": {
       "type": "uint32",
       "id": 1
      },
      "intVal": {
       "type": "int32",
       "id": 2
      },
      "strVal": {
       "type": "string",
       "id": 3
      }
     }
    },
    "OwnerReference": {
     "fields": {
      "kind": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 3
      },
      "uid": {
       "type": "string",
       "id": 4
      },
      "apiVersion": {
       "type": "string",
       "id": 5
      },
      "controller": {
       "type": "bool",
       "id": 6
      }
     }
    },
    "PlainMeta": {
     "oneofs": {
      "_deletionGracePeriodSeconds": {
       "oneof": [
        "deletionGracePeriodSeconds"
       ]
      }
     },
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "namespace": {
       "type": "string",
       "id": 3
      },
      "uid": {
       "type": "string",
       "id": 5
      },
      "resourceVersion": {
       "type": "string",
       "id": 6
      },
      "creationTimestamp": {
       "type": "Time",
       "id": 8
      },
      "deletionTimestamp": {
       "type": "Time",
       "id": 9
      },
      "deletionGracePeriodSeconds": {
       "type": "uint32",
       "id": 10,
       "options": {
        "proto3_optional": true
       }
      },
      "labels": {
       "keyType": "string",
       "type": "string",
       "id": 11
      },
      "ownerReferences": {
       "rule": "repeated",
       "type": "OwnerReference",
       "id": 13
      }
     }
    },
    "ObjectMeta": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "namespace": {
       "type": "string",
       "id": 3
      },
      "uid": {
       "type": "string",
       "id": 5
      },
      "resourceVersion": {
       "type": "string",
       "id": 6
      },
      "generation": {
       "type": "uint32",
       "id": 7
      },
      "creationTimestamp": {
       "type": "Time",
       "id": 8
      },
      "deletionTimestamp": {
       "type": "Time",
       "id": 9
      },
      "labels": {
       "keyType": "string",
       "type": "string",
       "id": 11
      },
      "annotations": {
       "keyType": "string",
       "type": "string",
       "id": 12
      },
      "ownerReferences": {
       "rule": "repeated",
       "type": "OwnerReference",
       "id": 13
      }
     }
    },
    "Pod": {
     "fields": {
      "metadata": {
       "type": "PlainMeta",
       "id": 1
      },
      "spec": {
       "type": "PodSpec",
       "id": 2
      },
      "status": {
       "type": "PodStatus",
       "id": 3
      }
     }
    },
    "PodSpec": {
     "fields": {
      "containers": {
       "rule": "repeated",
       "type": "Container",
       "id": 2
      },
      "restartPolicy": {
       "type": "string",
       "id": 3
      },
      "nodeName": {
       "type": "string",
       "id": 10
      },
      "initContainers": {
       "rule": "repeated",
       "type": "Container",
       "id": 20
      },
      "readinessGates": {
       "rule": "repeated",
       "type": "PodReadinessGate",
       "id": 28
      },
      "schedulingGates": {
       "rule": "repeated",
       "type": "PodSchedulingGate",
       "id": 38
      }
     }
    },
    "PodReadinessGate": {
     "fields": {
      "conditionType": {
       "type": "string",
       "id": 1
      }
     }
    },
    "PodSchedulingGate": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      }
     }
    },
    "Container": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "readinessProbe": {
       "type": "Empty",
       "id": 11
      },
      "startupProbe": {
       "type": "StartupProbe",
       "id": 22
      },
      "restartPolicy": {
       "type": "string",
       "id": 24
      },
      "restartPolicyRules": {
       "rule": "repeated",
       "type": "ContainerRestartRule",
       "id": 25
      }
     }
    },
    "StartupProbe": {
     "fields": {
      "initialDelaySeconds": {
       "type": "int32",
       "id": 2
      },
      "periodSeconds": {
       "type": "int32",
       "id": 4
      },
      "failureThreshold": {
       "type": "int32",
       "id": 6
      }
     }
    },
    "Empty": {
     "fields": {}
    },
    "ContainerRestartRule": {
     "fields": {
      "action": {
       "type": "string",
       "id": 1
      },
      "exitCodes": {
       "type": "ExitCodes",
       "id": 2
      }
     }
    },
    "ExitCodes": {
     "fields": {
      "operator": {
       "type": "string",
       "id": 1
      },
      "values": {
       "rule": "repeated",
       "type": "int32",
       "id": 2
      }
     }
    },
    "PodStatus": {
     "fields": {
      "phase": {
       "type": "string",
       "id": 1
      },
      "conditions": {
       "rule": "repeated",
       "type": "PodCondition",
       "id": 2
      },
      "message": {
       "type": "string",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      },
      "containerStatuses": {
       "rule": "repeated",
       "type": "ContainerStatus",
       "id": 8
      },
      "initContainerStatuses": {
       "rule": "repeated",
       "type": "ContainerStatus",
       "id": 10
      },
      "nominatedNodeName": {
       "type": "string",
       "id": 11
      }
     }
    },
    "PodCondition": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "status": {
       "type": "string",
       "id": 2
      },
      "lastTransitionTime": {
       "type": "Time",
       "id": 4
      },
      "reason": {
       "type": "string",
       "id": 5
      },
      "message": {
       "type": "string",
       "id": 6
      }
     }
    },
    "ContainerStatus": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "state": {
       "type": "ContainerState",
       "id": 2
      },
      "lastState": {
       "type": "ContainerState",
       "id": 3
      },
      "ready": {
       "type": "bool",
       "id": 4
      },
      "restartCount": {
       "type": "int32",
       "id": 5
      }
     }
    },
    "ContainerState": {
     "fields": {
      "waiting": {
       "type": "ContainerStateWaiting",
       "id": 1
      },
      "running": {
       "type": "ContainerStateRunning",
       "id": 2
      },
      "terminated": {
       "type": "ContainerStateTerminated",
       "id": 3
      }
     }
    },
    "ContainerStateWaiting": {
     "fields": {
      "reason": {
       "type": "string",
       "id": 1
      },
      "message": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ContainerStateRunning": {
     "fields": {
      "startedAt": {
       "type": "Time",
       "id": 1
      }
     }
    },
    "ContainerStateTerminated": {
     "fields": {
      "exitCode": {
       "type": "int32",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 3
      },
      "message": {
       "type": "string",
       "id": 4
      },
      "startedAt": {
       "type": "Time",
       "id": 5
      },
      "finishedAt": {
       "type": "Time",
       "id": 6
      },
      "containerID": {
       "type": "string",
       "id": 7
      }
     }
    },
    "Node": {
     "fields": {
      "metadata": {
       "type": "NodeMeta",
       "id": 1
      },
      "spec": {
       "type": "NodeSpec",
       "id": 2
      },
      "status": {
       "type": "NodeStatus",
       "id": 3
      }
     }
    },
    "NodeMeta": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "uid": {
       "type": "string",
       "id": 5
      },
      "resourceVersion": {
       "type": "string",
       "id": 6
      },
      "creationTimestamp": {
       "type": "Time",
       "id": 8
      },
      "deletionTimestamp": {
       "type": "Time",
       "id": 9
      }
     }
    },
    "NodeSpec": {
     "fields": {
      "unschedulable": {
       "type": "bool",
       "id": 4
      },
      "taints": {
       "rule": "repeated",
       "type": "Taint",
       "id": 5
      }
     }
    },
    "Taint": {
     "fields": {
      "key": {
       "type": "string",
       "id": 1
      }
     }
    },
    "NodeStatus": {
     "fields": {
      "conditions": {
       "rule": "repeated",
       "type": "NodeCondition",
       "id": 4
      }
     }
    },
    "NodeCondition": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "status": {
       "type": "string",
       "id": 2
      },
      "lastTransitionTime": {
       "type": "Time",
       "id": 4
      },
      "reason": {
       "type": "string",
       "id": 5
      },
      "message": {
       "type": "string",
       "id": 6
      }
     }
    },
    "Event": {
     "fields": {
      "metadata": {
       "type": "PlainMeta",
       "id": 1
      },
      "involvedObject": {
       "type": "ObjectReference",
       "id": 2
      },
      "reason": {
       "type": "string",
       "id": 3
      },
      "message": {
       "type": "string",
       "id": 4
      },
      "firstTimestamp": {
       "type": "Time",
       "id": 6
      },
      "lastTimestamp": {
       "type": "Time",
       "id": 7
      },
      "count": {
       "type": "int32",
       "id": 8
      },
      "type": {
       "type": "string",
       "id": 9
      },
      "eventTime": {
       "type": "Time",
       "id": 10
      },
      "series": {
       "type": "EventSeries",
       "id": 11
      }
     }
    },
    "ObjectReference": {
     "fields": {
      "kind": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 3
      },
      "uid": {
       "type": "string",
       "id": 4
      },
      "apiVersion": {
       "type": "string",
       "id": 5
      },
      "fieldPath": {
       "type": "string",
       "id": 7
      }
     }
    },
    "EventSeries": {
     "fields": {
      "count": {
       "type": "int32",
       "id": 1
      },
      "lastObservedTime": {
       "type": "Time",
       "id": 2
      }
     }
    },
    "Deployment": {
     "fields": {
      "metadata": {
       "type": "DeploymentMeta",
       "id": 1
      },
      "spec": {
       "type": "DeploymentSpec",
       "id": 2
      },
      "status": {
       "type": "DeploymentStatus",
       "id": 3
      }
     }
    },
    "DeploymentMeta": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "namespace": {
       "type": "string",
       "id": 3
      },
      "uid": {
       "type": "string",
       "id": 5
      },
      "resourceVersion": {
       "type": "string",
       "id": 6
      },
      "generation": {
       "type": "uint32",
       "id": 7
      },
      "creationTimestamp": {
       "type": "Time",
       "id": 8
      },
      "deletionTimestamp": {
       "type": "Time",
       "id": 9
      },
      "labels": {
       "keyType": "string",
       "type": "string",
       "id": 11
      },
      "annotations": {
       "keyType": "string",
       "type": "string",
       "id": 12
      },
      "ownerReferences": {
       "rule": "repeated",
       "type": "OwnerReference",
       "id": 13
      },
      "managedFields": {
       "rule": "repeated",
       "type": "ManagedFieldsEntry",
       "id": 17
      }
     }
    },
    "ManagedFieldsEntry": {
     "fields": {
      "time": {
       "type": "Time",
       "id": 4
      },
      "subresource": {
       "type": "string",
       "id": 8
      }
     }
    },
    "DeploymentSpec": {
     "oneofs": {
      "_replicas": {
       "oneof": [
        "replicas"
       ]
      },
      "_progressDeadlineSeconds": {
       "oneof": [
        "progressDeadlineSeconds"
       ]
      }
     },
     "fields": {
      "replicas": {
       "type": "int32",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "strategy": {
       "type": "DeploymentStrategy",
       "id": 4
      },
      "minReadySeconds": {
       "type": "int32",
       "id": 5
      },
      "paused": {
       "type": "bool",
       "id": 7
      },
      "progressDeadlineSeconds": {
       "type": "int32",
       "id": 9,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "DeploymentStrategy": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "rollingUpdate": {
       "type": "RollingUpdate",
       "id": 2
      }
     }
    },
    "RollingUpdate": {
     "fields": {
      "maxUnavailable": {
       "type": "IntOrString",
       "id": 1
      },
      "maxSurge": {
       "type": "IntOrString",
       "id": 2
      }
     }
    },
    "DeploymentStatus": {
     "fields": {
      "observedGeneration": {
       "type": "uint32",
       "id": 1
      },
      "replicas": {
       "type": "int32",
       "id": 2
      },
      "updatedReplicas": {
       "type": "int32",
       "id": 3
      },
      "availableReplicas": {
       "type": "int32",
       "id": 4
      },
      "conditions": {
       "rule": "repeated",
       "type": "DeploymentCondition",
       "id": 6
      },
      "readyReplicas": {
       "type": "int32",
       "id": 7
      }
     }
    },
    "DeploymentCondition": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "status": {
       "type": "string",
       "id": 2
      },
      "reason": {
       "type": "string",
       "id": 4
      },
      "message": {
       "type": "string",
       "id": 5
      },
      "lastUpdateTime": {
       "type": "Time",
       "id": 6
      },
      "lastTransitionTime": {
       "type": "Time",
       "id": 7
      }
     }
    },
    "ReplicaSet": {
     "fields": {
      "metadata": {
       "type": "ObjectMeta",
       "id": 1
      },
      "spec": {
       "type": "ReplicaSetSpec",
       "id": 2
      },
      "status": {
       "type": "ReplicaSetStatus",
       "id": 3
      }
     }
    },
    "ReplicaSetSpec": {
     "oneofs": {
      "_replicas": {
       "oneof": [
        "replicas"
       ]
      }
     },
     "fields": {
      "replicas": {
       "type": "int32",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "minReadySeconds": {
       "type": "int32",
       "id": 4
      }
     }
    },
    "ReplicaSetStatus": {
     "fields": {
      "replicas": {
       "type": "int32",
       "id": 1
      },
      "observedGeneration": {
       "type": "uint32",
       "id": 3
      },
      "availableReplicas": {
       "type": "int32",
       "id": 5
      },
      "conditions": {
       "rule": "repeated",
       "type": "ReplicaSetCondition",
       "id": 6
      }
     }
    },
    "ReplicaSetCondition": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "status": {
       "type": "string",
       "id": 2
      },
      "lastTransitionTime": {
       "type": "Time",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      },
      "message": {
       "type": "string",
       "id": 5
      }
     }
    },
    "StatefulSet": {
     "fields": {
      "metadata": {
       "type": "ObjectMeta",
       "id": 1
      },
      "spec": {
       "type": "StatefulSetSpec",
       "id": 2
      },
      "status": {
       "type": "StatefulSetStatus",
       "id": 3
      }
     }
    },
    "StatefulSetSpec": {
     "oneofs": {
      "_replicas": {
       "oneof": [
        "replicas"
       ]
      }
     },
     "fields": {
      "replicas": {
       "type": "int32",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "podManagementPolicy": {
       "type": "string",
       "id": 6
      },
      "updateStrategy": {
       "type": "StatefulSetUpdateStrategy",
       "id": 7
      },
      "minReadySeconds": {
       "type": "int32",
       "id": 9
      }
     }
    },
    "StatefulSetUpdateStrategy": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "rollingUpdate": {
       "type": "RollingUpdateStatefulSet",
       "id": 2
      }
     }
    },
    "RollingUpdateStatefulSet": {
     "fields": {
      "partition": {
       "type": "int32",
       "id": 1
      }
     }
    },
    "StatefulSetStatus": {
     "fields": {
      "observedGeneration": {
       "type": "uint32",
       "id": 1
      },
      "replicas": {
       "type": "int32",
       "id": 2
      },
      "readyReplicas": {
       "type": "int32",
       "id": 3
      },
      "currentReplicas": {
       "type": "int32",
       "id": 4
      },
      "updatedReplicas": {
       "type": "int32",
       "id": 5
      },
      "currentRevision": {
       "type": "string",
       "id": 6
      },
      "updateRevision": {
       "type": "string",
       "id": 7
      },
      "availableReplicas": {
       "type": "int32",
       "id": 11
      }
     }
    },
    "DaemonSet": {
     "fields": {
      "metadata": {
       "type": "ObjectMeta",
       "id": 1
      },
      "spec": {
       "type": "DaemonSetSpec",
       "id": 2
      },
      "status": {
       "type": "DaemonSetStatus",
       "id": 3
      }
     }
    },
    "DaemonSetSpec": {
     "fields": {
      "updateStrategy": {
       "type": "DaemonSetUpdateStrategy",
       "id": 3
      },
      "minReadySeconds": {
       "type": "int32",
       "id": 4
      }
     }
    },
    "DaemonSetUpdateStrategy": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "rollingUpdate": {
       "type": "RollingUpdate",
       "id": 2
      }
     }
    },
    "DaemonSetStatus": {
     "oneofs": {
      "_desiredNumberScheduled": {
       "oneof": [
        "desiredNumberScheduled"
       ]
      }
     },
     "fields": {
      "currentNumberScheduled": {
       "type": "int32",
       "id": 1
      },
      "desiredNumberScheduled": {
       "type": "int32",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      },
      "observedGeneration": {
       "type": "uint32",
       "id": 5
      },
      "updatedNumberScheduled": {
       "type": "int32",
       "id": 6
      },
      "numberAvailable": {
       "type": "int32",
       "id": 7
      }
     }
    },
    "ControllerRevision": {
     "fields": {
      "metadata": {
       "type": "PlainMeta",
       "id": 1
      },
      "revision": {
       "type": "uint32",
       "id": 3
      }
     }
    },
    "Job": {
     "fields": {
      "metadata": {
       "type": "ObjectMeta",
       "id": 1
      },
      "spec": {
       "type": "JobSpec",
       "id": 2
      },
      "status": {
       "type": "JobStatus",
       "id": 3
      }
     }
    },
    "JobSpec": {
     "oneofs": {
      "_parallelism": {
       "oneof": [
        "parallelism"
       ]
      },
      "_completions": {
       "oneof": [
        "completions"
       ]
      },
      "_backoffLimit": {
       "oneof": [
        "backoffLimit"
       ]
      },
      "_backoffLimitPerIndex": {
       "oneof": [
        "backoffLimitPerIndex"
       ]
      }
     },
     "fields": {
      "parallelism": {
       "type": "int32",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "completions": {
       "type": "int32",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      },
      "backoffLimit": {
       "type": "int32",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "suspend": {
       "type": "bool",
       "id": 10
      },
      "backoffLimitPerIndex": {
       "type": "int32",
       "id": 12,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "JobStatus": {
     "fields": {
      "conditions": {
       "rule": "repeated",
       "type": "JobCondition",
       "id": 1
      },
      "completionTime": {
       "type": "Time",
       "id": 3
      },
      "succeeded": {
       "type": "int32",
       "id": 5
      },
      "failed": {
       "type": "int32",
       "id": 6
      }
     }
    },
    "JobCondition": {
     "fields": {
      "type": {
       "type": "string",
       "id": 1
      },
      "status": {
       "type": "string",
       "id": 2
      },
      "lastTransitionTime": {
       "type": "Time",
       "id": 4
      },
      "reason": {
       "type": "string",
       "id": 5
      },
      "message": {
       "type": "string",
       "id": 6
      }
     }
    },
    "CronJob": {
     "fields": {
      "metadata": {
       "type": "ObjectMeta",
       "id": 1
      },
      "spec": {
       "type": "CronJobSpec",
       "id": 2
      },
      "status": {
       "type": "CronJobStatus",
       "id": 3
      }
     }
    },
    "CronJobSpec": {
     "fields": {
      "suspend": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "CronJobStatus": {
     "fields": {
      "active": {
       "rule": "repeated",
       "type": "ActiveJob",
       "id": 1
      },
      "lastScheduleTime": {
       "type": "Time",
       "id": 4
      },
      "lastSuccessfulTime": {
       "type": "Time",
       "id": 5
      }
     }
    },
    "ActiveJob": {
     "fields": {
      "uid": {
       "type": "string",
       "id": 4
      }
     }
    },
    "Rollout": {
     "fields": {
      "metadata": {
       "type": "ObjectMeta",
       "id": 1
      },
      "spec": {
       "type": "RolloutSpec",
       "id": 2
      },
      "status": {
       "type": "RolloutStatus",
       "id": 3
      }
     }
    },
    "RolloutSpec": {
     "oneofs": {
      "_replicas": {
       "oneof": [
        "replicas"
       ]
      },
      "_progressDeadlineSeconds": {
       "oneof": [
        "progressDeadlineSeconds"
       ]
      }
     },
     "fields": {
      "replicas": {
       "type": "int32",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "workloadRef": {
       "type": "WorkloadRef",
       "id": 3
      },
      "strategy": {
       "type": "RolloutStrategy",
       "id": 4
      },
      "minReadySeconds": {
       "type": "int32",
       "id": 5
      },
      "paused": {
       "type": "bool",
       "id": 6
      },
      "progressDeadlineSeconds": {
       "type": "int32",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "WorkloadRef": {
     "fields": {
      "kind": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      }
     }
    },
    "RolloutStrategy": {
     "fields": {
      "canary": {
       "type": "Empty",
       "id": 1
      },
      "blueGreen": {
       "type": "Empty",
       "id": 2
      }
     }
    },
    "RolloutStatus": {
     "fields": {
      "observedGeneration": {
       "type": "string",
       "id": 1
      },
      "workloadObservedGeneration": {
       "type": "string",
       "id": 2
      },
      "phase": {
       "type": "string",
       "id": 3
      },
      "message": {
       "type": "string",
       "id": 4
      },
      "abort": {
       "type": "bool",
       "id": 5
      },
      "controllerPause": {
       "type": "bool",
       "id": 6
      },
      "pauseConditions": {
       "rule": "repeated",
       "type": "RolloutPauseCondition",
       "id": 7
      },
      "currentPodHash": {
       "type": "string",
       "id": 8
      },
      "stableRS": {
       "type": "string",
       "id": 9
      },
      "blueGreen": {
       "type": "RolloutBlueGreenStatus",
       "id": 10
      },
      "updatedReplicas": {
       "type": "int32",
       "id": 12
      },
      "availableReplicas": {
       "type": "int32",
       "id": 14
      },
      "conditions": {
       "rule": "repeated",
       "type": "DeploymentCondition",
       "id": 16
      }
     }
    },
    "RolloutPauseCondition": {
     "fields": {
      "reason": {
       "type": "string",
       "id": 1
      },
      "startTime": {
       "type": "Time",
       "id": 2
      }
     }
    },
    "RolloutBlueGreenStatus": {
     "fields": {
      "activeSelector": {
       "type": "string",
       "id": 1
      }
     }
    }
   }
  }
 }
}
