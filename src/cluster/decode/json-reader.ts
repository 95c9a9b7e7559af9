import protobuf from 'protobufjs/light.js'
import { DecodeError } from './decode-error.ts'

/** How deep slim.proto nests at most; a bound against hostile input is then the schema itself. */
type Field = protobuf.Field

/**
 * Reads JSON by a message of slim.proto: known fields are checked and taken over, others are ignored, absent ones have
 * the message's defaults. The result equals what decoding the protobuf form of the same object gives.
 */
export function readJson(type: protobuf.Type, value: unknown, path: string = type.name): object {
  if (type.name === 'Time') return { seconds: readTime(value, path) }
  if (type.name === 'IntOrString') return readIntOrString(value, path)
  const source = asRecord(value, path)
  const message: Record<string, unknown> = type.create()
  for (const field of type.fieldsArray) {
    const raw = source[field.name]
    if (raw === undefined || raw === null) continue
    message[field.name] = readField(field.resolve(), raw, `${path}.${field.name}`)
  }
  return message
}

function readField(field: Field, raw: unknown, path: string): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries(asRecord(raw, path))
    return Object.fromEntries(entries.map(([key, value]) => [key, readValue(field, value, `${path}.${key}`)]))
  }
  if (!field.repeated) return readValue(field, raw, path)
  if (!Array.isArray(raw)) throw new DecodeError(`${path}: a list was expected`)
  return raw.map((value: unknown, index) => readValue(field, value, `${path}[${index}]`))
}

function readValue(field: Field, value: unknown, path: string): unknown {
  if (field.resolvedType instanceof protobuf.Type) return readJson(field.resolvedType, value, path)
  switch (field.type) {
    case 'string':
      // Rollout.status.observedGeneration was a number before it became a string.
      if (typeof value === 'string') return value
      if (typeof value === 'number') return String(value)
      break
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    default:
      if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value)
  }
  throw new DecodeError(`${path}: a ${field.type} was expected, not ${describe(value)}`)
}

/** metav1.Time and MicroTime: RFC 3339; fractions are dropped, as the slim decoder drops nanos. */
function readTime(value: unknown, path: string): number {
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(millis))
    throw new DecodeError(`${path}: an RFC 3339 time was expected, not ${describe(value)}`)
  return Math.floor(millis / 1000)
}

function readIntOrString(value: unknown, path: string): object {
  if (typeof value === 'number') return { type: 0, intVal: value, strVal: '' }
  if (typeof value === 'string') return { type: 1, intVal: 0, strVal: value }
  throw new DecodeError(`${path}: a number or string was expected, not ${describe(value)}`)
}

function asRecord(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DecodeError(`${path}: an object was expected, not ${describe(value)}`)
  return Object.fromEntries(Object.entries(value))
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
