import { randomUUID } from 'node:crypto'
import { isObject, type JsonObject, numberAt, objectAt, stringAt } from '../json.ts'
import { secondsToTime } from '../wire/special.ts'
import { badRequest } from './api-status.ts'
import type { ResourceType } from './resource-type.ts'

/** Which part of an object a write changes: all, or as over HTTP all but the status, or the status alone. */
export type WritePart = 'whole' | 'main' | 'status'

/** Metadata and spec of a new object, as the API server completes them. Throws an ApiStatus (400). */
export function admitNew(type: ResourceType, object: JsonObject, now: number, namespace: string): JsonObject {
  const metadata = objectAt(object, 'metadata')
  const generated = stringAt(metadata, 'generateName')
  const given = stringAt(metadata, 'name')
  const name = given === '' && generated !== '' ? generated + randomUUID().slice(0, 5) : given
  if (name === '') throw badRequest('name or generateName is required')
  const space = type.namespaced ? resolveNamespace(metadata, namespace) : {}
  return {
    ...object,
    metadata: {
      ...metadata,
      name,
      ...space,
      uid: stringAt(metadata, 'uid') === '' ? randomUUID() : stringAt(metadata, 'uid'),
      creationTimestamp: stringAt(metadata, 'creationTimestamp') || secondsToTime(Math.floor(now / 1000)),
      ...(hasGeneration(type, object) ? { generation: numberAt(metadata, 'generation') || 1 } : {}),
    },
  }
}

/** The object after an update: what may not change is kept from the old one, a changed spec raises the generation. */
export function admitUpdate(
  type: ResourceType,
  old: JsonObject,
  sent: JsonObject,
  part: WritePart,
): JsonObject {
  const before = objectAt(old, 'metadata')
  const kept = {
    name: stringAt(before, 'name'),
    ...(type.namespaced ? { namespace: stringAt(before, 'namespace') } : {}),
    uid: stringAt(before, 'uid'),
    creationTimestamp: stringAt(before, 'creationTimestamp'),
    ...pick(before, 'deletionTimestamp'),
    ...pick(before, 'deletionGracePeriodSeconds'),
  }
  const merged =
    part === 'status' ? { ...old, status: sent.status } : part === 'main' ? mergeMain(type, old, sent) : sent
  const metadata = { ...objectAt(part === 'status' ? old : sent, 'metadata'), ...kept }
  if (!hasGeneration(type, merged)) return { ...merged, metadata }
  const changed = JSON.stringify(merged.spec) !== JSON.stringify(old.spec)
  const generation = numberAt(before, 'generation') || 1
  return { ...merged, metadata: { ...metadata, generation: changed ? generation + 1 : generation } }
}

/** RFC 7396 JSON merge patch. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    const present = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = isObject(value) ? mergePatch(isObject(present) ? present : {}, value) : value
  }
  return merged
}

function mergeMain(type: ResourceType, old: JsonObject, sent: JsonObject): JsonObject {
  return type.hasStatus ? { ...sent, status: old.status } : sent
}

function hasGeneration(type: ResourceType, object: JsonObject): boolean {
  return type.namespaced && type.kind !== 'Event' && type.kind !== 'Lease' && isObject(object.spec)
}

function resolveNamespace(metadata: JsonObject, asked: string): { namespace: string } {
  const own = stringAt(metadata, 'namespace')
  if (own !== '' && asked !== '' && own !== asked) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  return { namespace: own || asked || 'default' }
}

function pick(metadata: JsonObject, key: string): JsonObject {
  const value = metadata[key]
  return value === undefined ? {} : { [key]: value }
}
