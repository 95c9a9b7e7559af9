import type { Seconds } from '../../../model/meta.ts'
import type {
  ClusterEvent,
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  StatefulSet,
} from '../../../model/records.ts'
import { type ObjectDecoders, objectDecoder } from '../object-decoder.ts'
import type * as slim from '../slim.generated.ts'
import { intOrPercent, type MetaProjector, plainMeta, seconds, workloadMeta } from './meta.ts'

/** Defaults of the API for fields that are absent, which the server fills in itself: only very old objects lack them. */
const DEFAULT_REPLICAS = 1
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600
const DEFAULT_BACKOFF_LIMIT = 6

/** The decoders of all resources but pods, Rollouts and custom resources. */
export function workloadDecoders(meta: MetaProjector) {
  return {
    deployments: objectDecoder('Deployment', (message) => deployment(message, meta)),
    replicasets: objectDecoder('ReplicaSet', (message) => replicaSet(message, meta)),
    statefulsets: objectDecoder('StatefulSet', (message) => statefulSet(message, meta)),
    daemonsets: objectDecoder('DaemonSet', (message) => daemonSet(message, meta)),
    controllerrevisions: objectDecoder('ControllerRevision', (message) => controllerRevision(message, meta)),
    jobs: objectDecoder('Job', (message) => job(message, meta)),
    cronjobs: objectDecoder('CronJob', (message) => cronJob(message, meta)),
    events: objectDecoder('Event', (message) => event(message, meta)),
  } satisfies Partial<ObjectDecoders>
}

function deployment({ metadata, spec, status }: slim.Deployment, meta: MetaProjector): Deployment {
  return {
    ...workloadMeta(metadata, meta),
    changedAt: changedAt(metadata),
    replicas: spec?.replicas ?? DEFAULT_REPLICAS,
    paused: spec?.paused ?? false,
    strategy: spec?.strategy?.type ?? '',
    maxUnavailable: intOrPercent(spec?.strategy?.rollingUpdate?.maxUnavailable),
    maxSurge: intOrPercent(spec?.strategy?.rollingUpdate?.maxSurge),
    minReadySeconds: spec?.minReadySeconds ?? 0,
    progressDeadlineSeconds: spec?.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_SECONDS,
    observedGeneration: status?.observedGeneration ?? 0,
    currentReplicas: status?.replicas ?? 0,
    updatedReplicas: status?.updatedReplicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    conditions: meta.conditions(status?.conditions ?? []),
  }
}

/** The API server notes in managedFields who changed what when, the status apart from the rest. */
function changedAt(metadata: slim.DeploymentMeta | null): Seconds {
  const changes = metadata?.managedFields.filter(({ subresource }) => subresource !== 'status') ?? []
  return Math.max(0, ...changes.map(({ time }) => seconds(time)))
}

function replicaSet({ metadata, spec, status }: slim.ReplicaSet, meta: MetaProjector): ReplicaSet {
  return {
    ...workloadMeta(metadata, meta),
    replicas: spec?.replicas ?? DEFAULT_REPLICAS,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    currentReplicas: status?.replicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    conditions: meta.conditions(status?.conditions ?? []),
  }
}

function statefulSet({ metadata, spec, status }: slim.StatefulSet, meta: MetaProjector): StatefulSet {
  return {
    ...workloadMeta(metadata, meta),
    replicas: spec?.replicas ?? DEFAULT_REPLICAS,
    strategy: spec?.updateStrategy?.type ?? '',
    partition: spec?.updateStrategy?.rollingUpdate?.partition ?? 0,
    podManagementPolicy: spec?.podManagementPolicy ?? '',
    minReadySeconds: spec?.minReadySeconds ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    currentReplicas: status?.replicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    updatedReplicas: status?.updatedReplicas ?? 0,
    currentRevision: status?.currentRevision ?? '',
    updateRevision: status?.updateRevision ?? '',
  }
}

function daemonSet({ metadata, spec, status }: slim.DaemonSet, meta: MetaProjector): DaemonSet {
  return {
    ...workloadMeta(metadata, meta),
    strategy: spec?.updateStrategy?.type ?? '',
    maxUnavailable: intOrPercent(spec?.updateStrategy?.rollingUpdate?.maxUnavailable),
    minReadySeconds: spec?.minReadySeconds ?? 0,
    // Its controller always writes how many pods it wants: without the number a status is not the controller's.
    observedGeneration: status?.desiredNumberScheduled == null ? 0 : status.observedGeneration,
    desired: status?.desiredNumberScheduled ?? 0,
    current: status?.currentNumberScheduled ?? 0,
    available: status?.numberAvailable ?? 0,
    updated: status?.updatedNumberScheduled ?? 0,
  }
}

function controllerRevision(message: slim.ControllerRevision, meta: MetaProjector): ControllerRevision {
  return { ...plainMeta(message.metadata, meta), revision: message.revision }
}

function job({ metadata, spec, status }: slim.Job, meta: MetaProjector): Job {
  return {
    ...workloadMeta(metadata, meta),
    parallelism: spec?.parallelism ?? 1,
    completions: spec?.completions ?? null,
    backoffLimit: spec?.backoffLimit ?? DEFAULT_BACKOFF_LIMIT,
    backoffLimitPerIndex: spec?.backoffLimitPerIndex ?? null,
    suspended: spec?.suspend ?? false,
    completedAt: seconds(status?.completionTime ?? null),
    succeeded: status?.succeeded ?? 0,
    failed: status?.failed ?? 0,
    conditions: meta.conditions(status?.conditions ?? []),
  }
}

function cronJob({ metadata, spec, status }: slim.CronJob, meta: MetaProjector): CronJob {
  return {
    ...workloadMeta(metadata, meta),
    suspended: spec?.suspend ?? false,
    scheduledAt: seconds(status?.lastScheduleTime ?? null),
    succeededAt: seconds(status?.lastSuccessfulTime ?? null),
    active: status?.active.length ?? 0,
  }
}

/** Events of the events.k8s.io form carry eventTime and a series instead of first and last timestamps and a count. */
function event(message: slim.Event, meta: MetaProjector): ClusterEvent {
  const about = message.involvedObject
  const eventTime = seconds(message.eventTime)
  const firstSeen = seconds(message.firstTimestamp) || eventTime
  const lastSeen =
    seconds(message.series?.lastObservedTime ?? null) || seconds(message.lastTimestamp) || firstSeen
  return {
    ...plainMeta(message.metadata, meta),
    owner: about ? meta.ownerRef(about) : null,
    fieldPath: about?.fieldPath ?? '',
    type: message.type,
    reason: message.reason,
    message: meta.text(message.message),
    count: Math.max(message.series?.count ?? message.count, 1),
    firstSeen,
    lastSeen,
  }
}
