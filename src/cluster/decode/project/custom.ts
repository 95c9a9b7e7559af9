import type { Condition, Seconds } from '../../../model/meta.ts'
import type { CustomObject } from '../../../model/records.ts'
import { DecodeError } from '../decode-error.ts'
import { messageType } from '../messages.ts'
import { type MetaProjector, workloadMeta } from './meta.ts'

/** Conditions that a rule reads. */
const KEPT_CONDITIONS: ReadonlySet<string> = new Set([
  'Available',
  'Degraded',
  'Progressing',
  'Ready',
  'Reconciling',
  'Stalled',
])
/** Conditions of an object that are kept; API servers refuse a type that comes twice where its definition does. */
const MAX_CONDITIONS = 32

const objectMeta = messageType('ObjectMeta')

/**
 * An object of a custom resource, as far as objects of all of them are alike. Only `metadata` is the same for all: whatever
 * else has another shape than usual is left out, as it means something else. Throws a DecodeError.
 */
export function customObject(value: unknown, meta: MetaProjector): CustomObject {
  const object = asObject(value)
  if (object === null) throw new DecodeError('a custom resource that is not an object')
  const spec = asObject(object.spec)
  const status = asObject(object.status)
  const conditions = keptConditions(status?.conditions)
  const strategy = asObject(spec?.updateStrategy)
  const rolling = asObject(strategy?.rollingUpdate)
  // Sets of named pods (StrimziPodSet) list them, and count pods instead of replicas. Sets of a pod on each node count as DaemonSets do.
  const replicas = asCount(
    Array.isArray(spec?.pods) ? spec.pods.length : (spec?.replicas ?? status?.desiredNumberScheduled),
  )
  return {
    ...workloadMeta(objectMeta.fromJson(object.metadata), meta),
    replicas,
    paused: [spec, strategy, rolling].some((one) => one?.paused === true),
    changedAt: changedAt(object.metadata),
    observedGeneration: oldest([status, ...conditions].map((one) => asCount(one?.observedGeneration))),
    currentReplicas: asCount(status?.replicas ?? status?.pods ?? status?.currentNumberScheduled),
    expectedUpdatedReplicas:
      asCount(status?.expectedUpdatedReplicas) ?? beyondPartition(replicas, asCount(rolling?.partition)),
    updatedReplicas: asCount(
      status?.updatedReplicas ?? status?.currentPods ?? status?.updatedNumberScheduled,
    ),
    readyReplicas: asCount(status?.readyReplicas ?? status?.readyPods ?? status?.numberReady),
    availableReplicas: asCount(status?.availableReplicas ?? status?.numberAvailable),
    updateRevision: asText(status?.updateRevision ?? status?.daemonSetHash),
    conditions: conditions.map((one) => toCondition(one, meta)),
  }
}

/** A partition is a number of pods that stay at the old revision, as in a StatefulSet. */
function beyondPartition(replicas: number | null, partition: number | null): number | null {
  return replicas === null || partition === null ? null : Math.max(0, replicas - partition)
}

function keptConditions(value: unknown): Fields[] {
  if (!Array.isArray(value)) return []
  return value
    .map(asObject)
    .filter((one) => one !== null)
    .filter(({ type }) => KEPT_CONDITIONS.has(asText(type)))
    .slice(0, MAX_CONDITIONS)
}

/** A condition whose status is missing or no text says nothing, as `Unknown` does; it must not be overlooked. */
function toCondition(one: Fields, meta: MetaProjector): Condition {
  const since = asTime(one.lastTransitionTime)
  return {
    type: asText(one.type),
    status: asText(one.status) || 'Unknown',
    reason: meta.text(asText(one.reason)),
    message: meta.text(asText(one.message)),
    since,
    updatedAt: since,
  }
}

/** The API server notes in managedFields who changed what when, the status apart from the rest. */
function changedAt(metadata: unknown): Seconds {
  const entries: unknown = asObject(metadata)?.managedFields
  if (!Array.isArray(entries)) return 0
  const times = entries
    .map(asObject)
    .filter((one) => one?.subresource !== 'status')
    .map((one) => asTime(one?.time))
  return Math.max(0, ...times)
}

function oldest(generations: readonly (number | null)[]): number | null {
  const known = generations.filter((one) => one !== null)
  return known.length === 0 ? null : Math.min(...known)
}

type Fields = Readonly<Record<string, unknown>>

function asObject(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.fromEntries(Object.entries(value))
}

/** Some controllers write numbers as strings, as Argo Rollouts does its observedGeneration. */
function asCount(value: unknown): number | null {
  const number = typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function asTime(value: unknown): number {
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(millis) ? 0 : Math.floor(millis / 1000)
}
