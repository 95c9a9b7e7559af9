import type protobuf from 'protobufjs/light.js'
import { DecodeError } from './decode-error.ts'
import { messageType } from './messages.ts'

/** Bytes of a message, from and up to. */
export type Span = readonly [start: number, end: number]

/** Every protobuf object of the API starts with these bytes. */
export const MAGIC = Buffer.from('k8s\0')

/** Length-delimited fields 1 and 2: the only ones that the envelopes of a watch event need. */
const FIELD_1_TAG = 10
const FIELD_2_TAG = 18

const typeMetaType = messageType('TypeMeta')

const NOTHING: Span = [0, 0]

/** A watch event, its object still encoded. */
export interface EncodedEvent {
  readonly type: string
  readonly object: Span
  /** The TypeMeta of the object's envelope. */
  readonly typeMeta: Span
}

/**
 * Finds a watch event's object within its three envelopes (WatchEvent, RawExtension, Unknown) by their lengths alone:
 * decoding these as messages would make a dozen objects for each event. Throws on malformed bytes.
 */
export function scanEvent(reader: protobuf.Reader, frame: Buffer): EncodedEvent {
  let type = ''
  let extension = NOTHING
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === FIELD_1_TAG) type = reader.string()
    else if (tag === FIELD_2_TAG) extension = skipSpan(reader)
    else reader.skipType(tag & 7)
  }
  reader.pos = extension[0]
  let raw = NOTHING
  while (reader.pos < extension[1]) {
    const tag = reader.uint32()
    if (tag === FIELD_1_TAG) raw = skipSpan(reader)
    else reader.skipType(tag & 7)
  }
  if (!startsWithMagic(frame, raw)) throw new DecodeError('protobuf without its magic number')
  reader.pos = raw[0] + MAGIC.length
  let typeMeta = NOTHING
  let object = NOTHING
  while (reader.pos < raw[1]) {
    const tag = reader.uint32()
    if (tag === FIELD_1_TAG) typeMeta = skipSpan(reader)
    else if (tag === FIELD_2_TAG) object = skipSpan(reader)
    else reader.skipType(tag & 7)
  }
  return { type, object, typeMeta }
}

function startsWithMagic(frame: Buffer, [start, end]: Span): boolean {
  return end - start >= MAGIC.length && MAGIC.every((byte, at) => frame[start + at] === byte)
}

/** The kind that an envelope names. */
export function readKind(reader: protobuf.Reader, [start, end]: Span): string {
  reader.pos = start
  return typeMetaType.decode(reader, end - start).kind
}

/** The span of a length-delimited field; the reader moves behind it. */
function skipSpan(reader: protobuf.Reader): Span {
  const length = reader.uint32()
  const start = reader.pos
  reader.skip(length)
  return [start, start + length]
}
