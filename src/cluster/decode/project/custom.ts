import type { Condition } from '../../../model/meta.ts'
import type { CustomObject } from '../../../model/records.ts'
import { DecodeError } from '../decode-error.ts'
import { messageType } from '../messages.ts'
import { type MetaProjector, workloadMeta } from './meta.ts'

/** Conditions of an object that are kept; more than any known controller writes. */
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
  return {
    ...workloadMeta(objectMeta.fromJson(object.metadata), meta),
    // Sets of named pods (StrimziPodSet) list them, and count pods instead of replicas.
    replicas: asCount(Array.isArray(spec?.pods) ? spec.pods.length : spec?.replicas),
    observedGeneration: asCount(status?.observedGeneration),
    updatedReplicas: asCount(status?.updatedReplicas ?? status?.currentPods),
    readyReplicas: asCount(status?.readyReplicas ?? status?.readyPods),
    availableReplicas: asCount(status?.availableReplicas),
    updateRevision: asText(status?.updateRevision),
    conditions: conditions(status?.conditions, meta),
  }
}

/** Those with the usual shape (metav1.Condition): a type and a status. */
function conditions(value: unknown, meta: MetaProjector): Condition[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_CONDITIONS).flatMap((one: unknown) => {
    const condition = asObject(one)
    const [type, status] = [asText(condition?.type), asText(condition?.status)]
    if (type === '' || status === '') return []
    const since = asTime(condition?.lastTransitionTime)
    const message = meta.text(asText(condition?.message))
    return [{ type, status, reason: meta.text(asText(condition?.reason)), message, since, updatedAt: since }]
  })
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
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
