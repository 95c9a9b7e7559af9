import type { JsonObject } from '../fake-apiserver/json.ts'
import { compileSchema, type Message } from '../fake-apiserver/schema/messages.ts'
import { decodeMessage } from '../fake-apiserver/wire/decode.ts'
import { PROTOBUF_MAGIC } from '../fake-apiserver/wire/envelope.ts'
import { WireReader } from '../fake-apiserver/wire/reader.ts'

export interface WatchedEvent {
  readonly type: string
  readonly object: JsonObject
}

const message = compileSchema()

/** Reads an object or a list in its envelope, to the form that JSON would have. */
export function decodeObject(bytes: Uint8Array): JsonObject {
  const { kind, apiVersion, raw } = openEnvelope(bytes)
  if (!kind.endsWith('List')) return { kind, apiVersion, ...decodeMessage(message(kind), raw) }
  const item: Message = message(kind.slice(0, -'List'.length))
  const items: JsonObject[] = []
  let metadata: JsonObject = {}
  for (const [number, value] of readFields(raw)) {
    if (number === 1) metadata = decodeMessage(message('ListMeta'), value)
    else if (number === 2) items.push(decodeMessage(item, value))
  }
  return { kind, apiVersion, metadata, items }
}

/** Reads a WatchEvent (of which the length is taken off). */
export function decodeFrame(bytes: Uint8Array): WatchedEvent {
  const event = new Map(readFields(bytes))
  const object = new Map(readFields(event.get(2) ?? new Uint8Array()))
  return { type: text(event.get(1)), object: decodeObject(object.get(1) ?? new Uint8Array()) }
}

function openEnvelope(bytes: Uint8Array) {
  if (!PROTOBUF_MAGIC.equals(bytes.subarray(0, PROTOBUF_MAGIC.length)))
    throw new TypeError('no protobuf envelope')
  const unknown = new Map(readFields(bytes.subarray(PROTOBUF_MAGIC.length)))
  const typeMeta = new Map(readFields(unknown.get(1) ?? new Uint8Array()))
  return {
    apiVersion: text(typeMeta.get(1)),
    kind: text(typeMeta.get(2)),
    raw: unknown.get(2) ?? new Uint8Array(),
  }
}

function readFields(bytes: Uint8Array): [number, Uint8Array][] {
  const reader = new WireReader(bytes)
  const fields: [number, Uint8Array][] = []
  while (!reader.done) {
    const { number, value } = reader.field()
    if (typeof value !== 'number') fields.push([number, value])
  }
  return fields
}

function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? new Uint8Array()).toString('utf8')
}
