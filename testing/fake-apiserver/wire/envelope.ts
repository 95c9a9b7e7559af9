/** What every protobuf answer of the API server starts with. */
export const PROTOBUF_MAGIC = Buffer.from('k8s\0')

/** Group version and kind, as the envelope has them. */
export interface TypeMeta {
  readonly apiVersion: string
  readonly kind: string
}

/** Bytes that stand before and after a message in its envelope (runtime.Unknown behind the magic number). */
export interface Wrapping {
  readonly head: Buffer
  readonly tail: Buffer
}

/** contentEncoding and contentType of runtime.Unknown: empty, yet on the wire. */
const UNKNOWN_TAIL = Buffer.from([0x1a, 0, 0x22, 0])
/** Length of the frame header of a protobuf watch: 4 bytes, big-endian. */
const FRAME_HEADER = 4

/** The envelope around a message of this number of bytes. */
export function envelope({ apiVersion, kind }: TypeMeta, length: number): Wrapping {
  const typeMeta = Buffer.concat([prefixed(0x0a, Buffer.from(apiVersion)), prefixed(0x12, Buffer.from(kind))])
  const head = Buffer.concat([PROTOBUF_MAGIC, prefixed(0x0a, typeMeta), tagged(0x12, length)])
  return { head, tail: UNKNOWN_TAIL }
}

/** What stands around a message in a frame of a protobuf watch: length, WatchEvent, and the object's envelope. */
export function watchFrame(type: string, meta: TypeMeta, length: number): Wrapping {
  const inner = envelope(meta, length)
  const raw = tagged(0x0a, inner.head.length + length + inner.tail.length)
  const object = tagged(0x12, raw.length + inner.head.length + length + inner.tail.length)
  const event = Buffer.concat([prefixed(0x0a, Buffer.from(type)), object, raw, inner.head])
  const header = Buffer.alloc(FRAME_HEADER)
  header.writeUInt32BE(event.length + length + inner.tail.length)
  return { head: Buffer.concat([header, event]), tail: inner.tail }
}

/** A tag (of one byte) and a length. */
export function tagged(tag: number, length: number): Buffer {
  const bytes = [tag]
  let rest = length
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}

function prefixed(tag: number, content: Buffer): Buffer {
  return Buffer.concat([tagged(tag, content.length), content])
}
