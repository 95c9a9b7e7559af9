import type protobuf from 'protobufjs'
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
  let extension: Span = [0, 0]
  eachField(reader, reader.len, (tag) => {
    if (tag === FIELD_1_TAG) type = reader.string()
    else if (tag === FIELD_2_TAG) extension = skipSpan(reader)
    else return false
    return true
  })
  let raw: Span = [0, 0]
  reader.pos = extension[0]
  eachField(reader, extension[1], (tag) => {
    if (tag !== FIELD_1_TAG) return false
    raw = skipSpan(reader)
    return true
  })
  const [start, end] = raw
  if (!frame.subarray(start, start + MAGIC.length).equals(MAGIC))
    throw new DecodeError('protobuf without its magic number')
  reader.pos = start + MAGIC.length
  let typeMeta: Span = [0, 0]
  let object: Span = [0, 0]
  eachField(reader, end, (tag) => {
    if (tag === FIELD_1_TAG) typeMeta = skipSpan(reader)
    else if (tag === FIELD_2_TAG) object = skipSpan(reader)
    else return false
    return true
  })
  return { type, object, typeMeta }
}

/** The kind that an envelope names. */
export function kindOf(reader: protobuf.Reader, [start, end]: Span): string {
  reader.pos = start
  return typeMetaType.decode(reader, end - start).kind
}

/** Calls for each field up to `end`; `take` reads it, or returns false to have it skipped. */
function eachField(reader: protobuf.Reader, end: number, take: (tag: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!take(tag)) reader.skipType(tag & 7)
  }
}

/** The span of a length-delimited field; the reader moves behind it. */
function skipSpan(reader: protobuf.Reader): Span {
  const length = reader.uint32()
  const start = reader.pos
  reader.skip(length)
  return [start, start + length]
}
