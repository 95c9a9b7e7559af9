import type protobuf from 'protobufjs/light.js'
import { errorName } from '../../lib/error-chain.ts'
import type { Identity } from '../../model/meta.ts'
import { DecodeError } from './decode-error.ts'
import type { Decoder } from './decoder.ts'
import { MAGIC, readKind, type Span, scanEvent } from './envelope.ts'
import { type FrameSplitter, LengthPrefixedSplitter, LineSplitter } from './frames.ts'
import { messageType } from './messages.ts'
import type { ObjectDecoder } from './object-decoder.ts'
import type * as slim from './slim.generated.ts'

/** One event of a watch. */
export type WatchEvent<R> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly record: R }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly type: 'ERROR'; readonly status: slim.Status }

/** A page of a list; `records` decodes as it is read, so that the reader can pause in between. */
export interface ListPage<R> {
  readonly resourceVersion: string
  readonly continueToken: string
  readonly records: Iterable<R>
}

/** Reads the API server's answers in one encoding. Every method throws a DecodeError on what it can't read. */
export interface Codec<R extends Identity> {
  splitter(): FrameSplitter
  event(frame: Buffer): WatchEvent<R>
  list(body: Buffer): ListPage<R>
  status(body: Buffer): slim.Status
}

/** Marks the bookmark after which a WatchList is complete (KEP-3157). */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

const unknownType = messageType('Unknown')
const listMetaType = messageType('ListMeta')
const statusType = messageType('Status')
const bookmarkType = messageType('Bookmark')

/** Field tags of a list: metadata is field 1, items are field 2, both length-delimited. */
const LIST_METADATA_TAG = 10
const LIST_ITEM_TAG = 18

/** `application/vnd.kubernetes.protobuf`, decoded straight to records. */
export class ProtobufCodec<R extends Identity> implements Codec<R> {
  readonly #decoder: Decoder
  readonly #object: ObjectDecoder<R>

  constructor(decoder: Decoder, object: ObjectDecoder<R>) {
    this.#decoder = decoder
    this.#object = object
  }

  splitter(): FrameSplitter {
    return new LengthPrefixedSplitter()
  }

  event(frame: Buffer): WatchEvent<R> {
    const reader = this.#decoder.reader(frame)
    const { type, object, typeMeta } = this.#read(() => scanEvent(reader, frame))
    const length = object[1] - object[0]
    reader.pos = object[0]
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        return { type, record: this.#object.fromProtobuf(reader, length) }
      case 'BOOKMARK':
        return bookmark(this.#read(() => bookmarkType.decode(reader, length)))
      case 'ERROR':
        if (this.#read(() => readKind(reader, typeMeta)) !== 'Status')
          throw new DecodeError('an ERROR event without a Status')
        reader.pos = object[0]
        return { type, status: this.#read(() => statusType.decode(reader, length)) }
      default:
        throw new DecodeError('a watch event of an unknown type')
    }
  }

  list(body: Buffer): ListPage<R> {
    const raw = this.#unwrap(body)
    const { metadata, items } = this.#read(() => scanList(this.#decoder.reader(raw)))
    const meta = this.#read(() => listMetaType.decode(this.#decoder.reader(raw.subarray(...metadata))))
    return {
      resourceVersion: meta.resourceVersion,
      continueToken: meta.continue,
      records: this.#items(raw, items),
    }
  }

  status(body: Buffer): slim.Status {
    const raw = this.#unwrap(body)
    return this.#read(() => statusType.decode(this.#decoder.reader(raw)))
  }

  *#items(raw: Buffer, items: readonly Span[]): Iterable<R> {
    const reader = this.#decoder.reader(raw)
    for (const [start, end] of items) {
      reader.pos = start
      yield this.#object.fromProtobuf(reader, end - start)
    }
  }

  #unwrap(body: Buffer): Buffer {
    if (!body.subarray(0, MAGIC.length).equals(MAGIC))
      throw new DecodeError('protobuf without its magic number')
    const envelope = this.#read(() => unknownType.decode(this.#decoder.reader(body.subarray(MAGIC.length))))
    const { raw } = envelope
    return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  }

  #read<T>(read: () => T): T {
    try {
      return read()
    } catch (cause) {
      throw new DecodeError('malformed protobuf', { cause })
    }
  }
}

/** Finds a list's metadata and items without decoding them. */
function scanList(reader: protobuf.Reader): { readonly metadata: Span; readonly items: readonly Span[] } {
  let metadata: Span = [0, 0]
  const items: Span[] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag !== LIST_METADATA_TAG && tag !== LIST_ITEM_TAG) {
      reader.skipType(tag & 7)
      continue
    }
    const length = reader.uint32()
    const span: Span = [reader.pos, reader.pos + length]
    reader.skip(length)
    if (tag === LIST_METADATA_TAG) metadata = span
    else items.push(span)
  }
  return { metadata, items }
}

/** `application/json`: for custom resources, and for whatever answers in JSON though protobuf was asked for. */
export class JsonCodec<R extends Identity> implements Codec<R> {
  readonly #object: ObjectDecoder<R>

  constructor(object: ObjectDecoder<R>) {
    this.#object = object
  }

  splitter(): FrameSplitter {
    return new LineSplitter()
  }

  event(frame: Buffer): WatchEvent<R> {
    const event = parse(frame)
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        return { type: event.type, record: this.#object.fromJson(event.object) }
      case 'BOOKMARK':
        return bookmark(bookmarkType.fromJson(event.object))
      case 'ERROR':
        return { type: 'ERROR', status: statusType.fromJson(event.object) }
      default:
        throw new DecodeError('a watch event of an unknown type')
    }
  }

  list(body: Buffer): ListPage<R> {
    const list = parse(body)
    const meta = listMetaType.fromJson(list.metadata ?? {})
    const given = list.items ?? []
    if (!Array.isArray(given)) throw new DecodeError('a list whose items are no list')
    const items: readonly unknown[] = given
    const decode = this.#object.fromJson
    function* records(): Iterable<R> {
      for (const item of items) yield decode(item)
    }
    return { resourceVersion: meta.resourceVersion, continueToken: meta.continue, records: records() }
  }

  status(body: Buffer): slim.Status {
    return statusType.fromJson(parse(body))
  }
}

function bookmark({ metadata }: slim.Bookmark): WatchEvent<never> {
  const resourceVersion = metadata?.resourceVersion ?? ''
  if (resourceVersion === '') throw new DecodeError('a bookmark without a resourceVersion')
  return {
    type: 'BOOKMARK',
    resourceVersion,
    initialEventsEnd: metadata?.annotations[INITIAL_EVENTS_END] === 'true',
  }
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    // The parser's own message quotes the text, which may be a Secret's neighbour.
    throw new DecodeError(`malformed JSON (${errorName(cause)})`)
  }
  if (typeof value !== 'object' || value === null) throw new DecodeError('JSON that is no object')
  return Object.fromEntries(Object.entries(value))
}
