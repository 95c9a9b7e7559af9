import type { Json, JsonObject } from '../json.ts'
import { parseObject } from '../json.ts'
import type { Field, Message, PlainType } from '../schema/messages.ts'
import { canonical } from './canonical.ts'
import { WireReader } from './reader.ts'
import { joinMicroTime, secondsToTime, zeroValue } from './special.ts'

/** Reads a protobuf message into the JSON form of the same object. Throws a RangeError when the bytes are cut short. */
export function decodeMessage(message: Message, bytes: Uint8Array): JsonObject {
  return canonical(message, collect(message, bytes))
}

function collect(message: Message, bytes: Uint8Array): JsonObject {
  const out: JsonObject = {}
  const reader = new WireReader(bytes)
  while (!reader.done) {
    const { number, value } = reader.field()
    const field = message.byNumber.get(number)
    if (field !== undefined) place(out, field, value)
  }
  return out
}

function place(out: JsonObject, field: Field, value: number | Uint8Array): void {
  if (field.mode === 'inline') {
    if (typeof field.type !== 'string' && typeof value !== 'number')
      Object.assign(out, collect(field.type, value))
    return
  }
  if (field.mode === 'map') {
    const known = out[field.name]
    const map: JsonObject = typeof known === 'object' && known !== null && !Array.isArray(known) ? known : {}
    const [key, item] = entry(field, value)
    map[key] = item
    out[field.name] = map
    return
  }
  const single = read(field.type, value)
  const known = out[field.name]
  if (field.mode !== 'list') out[field.name] = single
  else if (Array.isArray(known)) known.push(single)
  else out[field.name] = [single]
}

function entry(field: Field, value: number | Uint8Array): [string, Json] {
  let key = ''
  let item: Json = typeof field.type === 'string' ? zeroValue(field.type) : {}
  const reader = new WireReader(asBytes(value))
  while (!reader.done) {
    const part = reader.field()
    if (part.number === 1) key = text(part.value)
    else item = read(field.type, part.value)
  }
  return [key, item]
}

function read(type: PlainType | Message, value: number | Uint8Array): Json {
  if (typeof type !== 'string') return collect(type, asBytes(value))
  switch (type) {
    case 'string':
      return text(value)
    case 'bytes':
      return Buffer.from(asBytes(value)).toString('base64')
    case 'int32':
    case 'int64':
      return Number(value)
    case 'bool':
      return value !== 0
    default:
      return special(type, asBytes(value))
  }
}

function special(type: PlainType, bytes: Uint8Array): Json {
  if (bytes.length === 0) return null
  const parts = new Map<number, number | Uint8Array>()
  const reader = new WireReader(bytes)
  while (!reader.done) {
    const { number, value } = reader.field()
    parts.set(number, value)
  }
  switch (type) {
    case 'Time':
      return secondsToTime(Number(parts.get(1) ?? 0))
    case 'MicroTime':
      return joinMicroTime(Number(parts.get(1) ?? 0), Number(parts.get(2) ?? 0))
    case 'IntOrString':
      return parts.get(1) === 1 ? text(parts.get(3) ?? 0) : Number(parts.get(2) ?? 0)
    case 'Quantity':
      return text(parts.get(1) ?? 0)
    default:
      return parseObject(text(parts.get(1) ?? 0))
  }
}

function asBytes(value: number | Uint8Array): Uint8Array {
  return typeof value === 'number' ? new Uint8Array() : value
}

function text(value: number | Uint8Array): string {
  const bytes = asBytes(value)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
