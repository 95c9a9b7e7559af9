import { isObject, type Json, type JsonObject } from '../json.ts'
import type { Field, Message, PlainType } from '../schema/messages.ts'
import type { ReverseWriter } from './reverse-writer.ts'
import { canonicalTime, splitMicroTime } from './special.ts'

/**
 * Writes an object (in canonical JSON form) as protobuf, as the API server's own encoder does: plain fields also when they
 * are empty, maps ordered by key.
 */
export function encodeMessage(writer: ReverseWriter, message: Message, object: JsonObject): void {
  const { fields } = message
  for (let i = fields.length - 1; i >= 0; i--) {
    const field = fields[i]
    if (field === undefined) continue
    if (field.mode === 'inline') encodeSingle(writer, field, object)
    else encodeField(writer, field, object[field.name] ?? null)
  }
}

function encodeField(writer: ReverseWriter, field: Field, value: Json): void {
  if (field.mode === 'list') {
    if (Array.isArray(value))
      for (let i = value.length - 1; i >= 0; i--) encodeSingle(writer, field, value[i] ?? null)
  } else if (field.mode === 'map') {
    if (isObject(value)) encodeMap(writer, field, value)
  } else if (value !== null || field.mode === 'one') {
    encodeSingle(writer, field, value)
  }
}

function encodeMap(writer: ReverseWriter, field: Field, map: JsonObject): void {
  for (const key of Object.keys(map).sort().reverse()) {
    const end = writer.written
    encodeValue(writer, 2, field.type, map[key] ?? null)
    writer.string(key)
    writer.tag(1, 2)
    writer.varint(writer.written - end)
    writer.tag(field.number, 2)
  }
}

function encodeSingle(writer: ReverseWriter, field: Field, value: Json): void {
  encodeValue(writer, field.number, field.type, value)
}

function encodeValue(writer: ReverseWriter, number: number, type: PlainType | Message, value: Json): void {
  if (type === 'int32' || type === 'int64') {
    writer.varint(typeof value === 'number' ? value : 0)
    writer.tag(number, 0)
  } else if (type === 'bool') {
    writer.varint(value === true ? 1 : 0)
    writer.tag(number, 0)
  } else {
    encodePrefixed(writer, type, value)
    writer.tag(number, 2)
  }
}

/** Values that have their length in front. */
function encodePrefixed(writer: ReverseWriter, type: PlainType | Message, value: Json): void {
  if (type === 'string') {
    writer.string(typeof value === 'string' ? value : '')
  } else if (type === 'bytes') {
    writer.bytes(Buffer.from(typeof value === 'string' ? value : '', 'base64'))
  } else {
    const end = writer.written
    if (typeof type !== 'string') encodeMessage(writer, type, isObject(value) ? value : {})
    else if (value !== null) encodeSpecial(writer, type, value)
    writer.varint(writer.written - end)
  }
}

function encodeSpecial(writer: ReverseWriter, type: PlainType, value: Json): void {
  switch (type) {
    case 'Time':
      encodeTime(writer, value)
      break
    case 'MicroTime':
      encodeMicroTime(writer, value)
      break
    case 'Quantity':
      encodeValue(writer, 1, 'string', value)
      break
    case 'IntOrString':
      encodeValue(writer, 3, 'string', value)
      encodeValue(writer, 2, 'int32', value)
      encodeValue(writer, 1, 'int64', typeof value === 'string' ? 1 : 0)
      break
    default:
      writer.bytes(Buffer.from(JSON.stringify(value)))
      writer.tag(1, 2)
  }
}

/** The server drops fractions of a Time on the wire as it does in JSON. */
function encodeTime(writer: ReverseWriter, value: Json): void {
  const text = typeof value === 'string' ? canonicalTime(value) : null
  if (text !== null) encodeTimestamp(writer, Date.parse(text) / 1000, 0)
}

function encodeMicroTime(writer: ReverseWriter, value: Json): void {
  const split = typeof value === 'string' ? splitMicroTime(value) : null
  if (split !== null) encodeTimestamp(writer, split.seconds, split.nanos)
}

function encodeTimestamp(writer: ReverseWriter, seconds: number, nanos: number): void {
  encodeValue(writer, 2, 'int32', nanos)
  encodeValue(writer, 1, 'int64', seconds)
}
