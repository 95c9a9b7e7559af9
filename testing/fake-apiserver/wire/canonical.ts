import { isObject, type Json, type JsonObject } from '../json.ts'
import type { Field, Message } from '../schema/messages.ts'
import { InvalidObject } from './invalid-object.ts'
import { canonicalPlain, zeroValue } from './special.ts'

/**
 * An object as the API server would write it in JSON: fields that the schema doesn't know are dropped, empty ones are
 * left out or shown as Go's encoder does. Throws an InvalidObject where a value has the wrong type.
 */
export function canonical(message: Message, object: JsonObject): JsonObject {
  const out: JsonObject = {}
  fill(out, message, object, '')
  return out
}

function fill(out: JsonObject, message: Message, object: JsonObject, path: string): void {
  for (const field of message.fields) {
    if (field.mode === 'inline') {
      if (typeof field.type !== 'string') fill(out, field.type, object, path)
      continue
    }
    const value = object[field.name]
    const shown = show(field, value === null ? undefined : value, path)
    if (shown !== undefined) out[field.name] = shown
  }
}

function show(field: Field, value: Json | undefined, parent: string): Json | undefined {
  if (value === undefined) return field.always ? emptyValue(field) : undefined
  const path = parent === '' ? field.name : `${parent}.${field.name}`
  switch (field.mode) {
    case 'list': {
      if (!Array.isArray(value)) throw new InvalidObject(path, 'a list')
      if (value.length === 0) return field.always ? null : undefined
      return value.map((item) => single(field, item, path))
    }
    case 'map': {
      if (!isObject(value)) throw new InvalidObject(path, 'a map')
      const keys = Object.keys(value)
      if (keys.length === 0) return field.always ? null : undefined
      const out: JsonObject = {}
      for (const key of keys.sort()) out[key] = single(field, value[key] ?? zero(field), path)
      return out
    }
    case 'pointer':
      return single(field, value, path)
    default: {
      const shown = single(field, value, path)
      return !field.always && typeof field.type === 'string' && shown === zeroValue(field.type)
        ? undefined
        : shown
    }
  }
}

function single(field: Field, value: Json, path: string): Json {
  const { type } = field
  if (typeof type === 'string') {
    const plain = canonicalPlain(type, value)
    if (plain === undefined) throw new InvalidObject(path, type)
    return plain
  }
  if (!isObject(value)) throw new InvalidObject(path, 'an object')
  const out: JsonObject = {}
  fill(out, type, value, path)
  return out
}

function emptyValue(field: Field): Json {
  return field.mode === 'one' ? zero(field) : null
}

function zero(field: Field): Json {
  return typeof field.type === 'string' ? zeroValue(field.type) : canonical(field.type, {})
}
