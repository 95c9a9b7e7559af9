import type { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { collectionPath } from '../../cluster/watch/collection-path.ts'
import type { ResourceSpec } from '../../kinds/descriptor.ts'
import { readBounded } from '../../lib/read-bounded.ts'
import type { Identity } from '../../model/meta.ts'
import type { Connection } from '../client/connection.ts'
import { ApiStatusError } from '../client/errors.ts'
import type { ApiResponse } from '../client/transport.ts'
import { type Codec, JsonCodec, ProtobufCodec, type WatchEvent } from '../decode/codec.ts'
import { DecodeError } from '../decode/decode-error.ts'
import type { Decoder } from '../decode/decoder.ts'
import type { ObjectDecoder } from '../decode/object-decoder.ts'

/** Objects a page. */
const PAGE_SIZE = 500
/** A page of 500 objects of 1.5 MiB, etcd's limit, would be 750 MiB; real pages are below 10 MiB. */
const MAX_PAGE_BYTES = 256 * 1024 * 1024
const MAX_STATUS_BYTES = 64 * 1024
/** After this much decoding the event loop gets its turn, ms: others wait that long at most. */
const SLICE_MS = 8
/** Watches end by themselves after 5 to 10 minutes, not all at once (as client-go's). */
const WATCH_SECONDS = 300

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const JSON_TYPE = 'application/json'

/** A running watch. */
export interface WatchStream<R> {
  /** The events as they come, those of a chunk together. Ends when the server ends the watch. */
  events(): AsyncIterable<Iterable<WatchEvent<R>>>
  /** When its connection was last known to live; null where only events show that. */
  lastHeard(): number | null
  abort(error: Error): void
  close(): void
}

export interface ListHandler<R> {
  record(record: R): void
  /** The server cannot continue the list: all objects come again from the start. */
  restart(): void
}

/** Lists and watches one collection: a resource in one namespace or in all. */
export class ListerWatcher<R extends Identity> {
  readonly #connection: Connection
  readonly #path: string
  readonly #query: string
  readonly #protobuf: ProtobufCodec<R> | null
  readonly #json: JsonCodec<R>
  readonly #random: () => number

  constructor(
    connection: Connection,
    spec: ResourceSpec,
    namespace: string,
    decoder: Decoder,
    objects: ObjectDecoder<R>,
    random: () => number,
  ) {
    this.#connection = connection
    this.#path = collectionPath(spec, namespace)
    this.#query = selection('fieldSelector', spec) + selection('labelSelector', spec)
    this.#protobuf = spec.encoding === 'protobuf' ? new ProtobufCodec(decoder, objects) : null
    this.#json = new JsonCodec(objects)
    this.#random = random
  }

  /** Reads all objects, page by page; resolves with the version that they are of. */
  async list(signal: AbortSignal, handler: ListHandler<R>): Promise<string> {
    let token = ''
    for (;;) {
      const page = await this.#page(signal, token).catch((error: unknown) => {
        if (token !== '' && error instanceof ApiStatusError && error.status === 410) return null
        throw error
      })
      if (page === null) {
        handler.restart()
        token = ''
        continue
      }
      await inSlices(page.records, handler)
      if (page.continueToken === '') return page.resourceVersion
      token = page.continueToken
    }
  }

  /** Watches from a version; null asks for the present objects first (WatchList). */
  async watch(signal: AbortSignal, version: string | null): Promise<WatchStream<R>> {
    const seconds = Math.round(WATCH_SECONDS * (1 + this.#random()))
    const from =
      version === null
        ? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
        : `resourceVersion=${encodeURIComponent(version)}`
    const response = await this.#connection.request({
      path: `${this.#path}?watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&${from}${this.#query}`,
      accept: this.#protobuf === null ? JSON_TYPE : `${PROTOBUF};stream=watch, ${JSON_TYPE};stream=watch`,
      signal,
    })
    const codec = this.#codec(response)
    if (response.status !== 200) throw await statusError(response, codec)
    return openStream(response, codec)
  }

  async #page(signal: AbortSignal, token: string) {
    const response = await this.#connection.request({
      path: `${this.#path}?limit=${PAGE_SIZE}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}${this.#query}`,
      accept: this.#protobuf === null ? JSON_TYPE : `${PROTOBUF}, ${JSON_TYPE}`,
      signal,
    })
    const codec = this.#codec(response)
    if (response.status !== 200) throw await statusError(response, codec)
    return codec.list(await readAll(response.body, MAX_PAGE_BYTES))
  }

  #codec({ contentType }: ApiResponse): Codec<R> {
    return contentType.startsWith(PROTOBUF) && this.#protobuf !== null ? this.#protobuf : this.#json
  }
}

function selection(name: 'fieldSelector' | 'labelSelector', spec: ResourceSpec): string {
  const selector = spec[name]
  return selector === undefined ? '' : `&${name}=${encodeURIComponent(selector)}`
}

function openStream<R extends Identity>({ body, lastHeard }: ApiResponse, codec: Codec<R>): WatchStream<R> {
  async function* events(): AsyncIterable<Iterable<WatchEvent<R>>> {
    const splitter = codec.splitter()
    let until = performance.now() + SLICE_MS
    for await (const chunk of body) {
      yield decoded(splitter.push(asBuffer(chunk)), codec)
      if (performance.now() < until) continue
      await nextTurn()
      until = performance.now() + SLICE_MS
    }
    if (splitter.pending > 0) throw new DecodeError('the watch ended within a frame')
  }
  return { events, lastHeard, abort: (error) => body.destroy(error), close: () => body.destroy() }
}

function* decoded<R extends Identity>(frames: Iterable<Buffer>, codec: Codec<R>): Iterable<WatchEvent<R>> {
  for (const frame of frames) yield codec.event(frame)
}

async function inSlices<R>(records: Iterable<R>, handler: ListHandler<R>): Promise<void> {
  let until = performance.now() + SLICE_MS
  for (const record of records) {
    handler.record(record)
    if (performance.now() < until) continue
    await nextTurn()
    until = performance.now() + SLICE_MS
  }
}

function readAll(body: Readable, limit: number): Promise<Buffer> {
  return readBounded(body, limit, (bytes) => new DecodeError(`an answer of more than ${bytes} bytes`))
}

function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk
  throw new TypeError('a response body must give buffers')
}

/** The error that a response with another status than 200 stands for. */
async function statusError<R extends Identity>(
  response: ApiResponse,
  codec: Codec<R>,
): Promise<ApiStatusError> {
  const { status, retryAfterSeconds } = response
  let message = `HTTP ${status}`
  try {
    message = codec.status(await readAll(response.body, MAX_STATUS_BYTES)).message || message
  } catch (cause) {
    // Proxies answer with HTML or nothing; the status code says enough.
    if (!(cause instanceof DecodeError)) throw cause
  }
  return new ApiStatusError(message, status, retryAfterSeconds)
}
