import { constants, gunzipSync } from 'node:zlib'
import type { ClusterCache } from '../cache/cluster-cache.ts'
import { DecodeError } from '../cluster/decode/decode-error.ts'
import type { ObjectDecoder, ObjectDecoders } from '../cluster/decode/object-decoder.ts'
import { listResources } from '../kinds/index.ts'
import { errorChain } from '../lib/error-chain.ts'
import type { Meta, Seconds } from '../model/meta.ts'
import type { CustomResource, Records, ResourceName } from '../model/records.ts'
import type { ChangeType } from '../model/watch-state.ts'

/** The recording cannot be read; the message says where. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
}

/** A watch event of a recording. */
export interface RecordedEvent {
  /** Seconds since the recording began. */
  readonly t: Seconds
  readonly type: ChangeType
  /** The object that the API server sent. */
  readonly object: Readonly<Record<string, unknown>>
  /** Line of the file, from 1. */
  readonly line: number
}

export interface Recording {
  readonly scenario: string
  /** The namespace that was recorded; null when the header does not say. */
  readonly namespace: string | null
  /** When the recording began, by the recorder's clock. */
  readonly startedAt: Seconds
  readonly events: readonly RecordedEvent[]
  /** When it ended, seconds since it began: its end line, else its last event; 0 without either. */
  readonly endedAt: Seconds
}

/** The type of the last line, which says only when the recording ended; a recorder that was killed wrote none. */
export const END = 'END'

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])
/** Maximum size when unpacked, bytes: an hour of a namespace has about 10 MiB, and strings of Node at most 512 MiB. */
const MAX_RECORDING_BYTES = 500 * 1024 * 1024

/** Parses a recording: NDJSON, plain or gzip. Throws a RecordingError that names the line. */
export function readRecording(bytes: Buffer): Recording {
  const text = unpack(bytes).toString('utf8')
  const [head = '', ...lines] = text.split('\n')
  const header = parseLine(head, 1)
  const startedAt = Date.parse(String(header.startedAt))
  if (Number.isNaN(startedAt))
    throw new RecordingError('line 1: a header with startedAt, an RFC 3339 time, was expected')
  const entries = lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [parseEntry(parseLine(line, index + 2), index + 2)],
  )
  const events = entries.filter((entry) => 'object' in entry)
  const endedAt = entries.reduce((latest, { t }) => Math.max(latest, t), 0)
  const namespace = typeof header.namespace === 'string' ? header.namespace : null
  return { scenario: String(header.scenario ?? ''), namespace, startedAt: startedAt / 1000, events, endedAt }
}

function unpack(bytes: Buffer): Buffer {
  const plain = bytes.subarray(0, 2).equals(GZIP_MAGIC) ? gunzip(bytes) : bytes
  if (plain.length > MAX_RECORDING_BYTES)
    throw new RecordingError(`more than ${MAX_RECORDING_BYTES} bytes; split it`)
  return plain
}

function gunzip(bytes: Buffer): Buffer {
  try {
    // A killed recorder leaves the stream without an end; what it wrote before is complete.
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_RECORDING_BYTES })
  } catch (cause) {
    throw new RecordingError(`cannot be unpacked (${errorChain(cause)})`, { cause })
  }
}

function parseLine(line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value))
  } catch (cause) {
    throw new RecordingError(`line ${number}: not JSON`, { cause })
  }
  throw new RecordingError(`line ${number}: not a JSON object`)
}

/** A line after the header: an event, or only the moment of the end. */
function parseEntry(
  { t, type, object }: Record<string, unknown>,
  number: number,
): RecordedEvent | Pick<RecordedEvent, 't'> {
  if (typeof t !== 'number' || t < 0) throw new RecordingError(`line ${number}: t is not a number of seconds`)
  if (type === END) return { t }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED')
    throw new RecordingError(`line ${number}: type is not ADDED, MODIFIED or DELETED`)
  if (typeof object !== 'object' || object === null) throw new RecordingError(`line ${number}: no object`)
  return { t, type, object: Object.fromEntries(Object.entries(object)), line: number }
}

/** The resource of a recorded object; undefined when Lynceus does not watch it. */
function findResource(
  { apiVersion, kind }: RecordedEvent['object'],
  customResources: readonly CustomResource[],
): ResourceName | undefined {
  const version = String(apiVersion)
  const group = version.includes('/') ? version.split('/', 1)[0] : ''
  return listResources(customResources).find((one) => one.kind === kind && one.group === group)?.name
}

/**
 * Applies a recorded event to a cache, as a watch does; ignores kinds that Lynceus does not watch. Throws a RecordingError
 * that names the line.
 */
export function applyEvent(
  cache: ClusterCache,
  decoders: ObjectDecoders,
  { type, object, line }: RecordedEvent,
  now: Seconds,
): void {
  const resource = findResource(object, cache.customResources)
  if (resource === undefined) return
  try {
    applyObject(cache, resource, decoders, type, object, now)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw new RecordingError(`line ${line}: no ${object.kind} of the API: ${cause.message}`, { cause })
  }
}

function applyObject<N extends ResourceName>(
  cache: ClusterCache,
  resource: N,
  decoders: ObjectDecoders,
  type: ChangeType,
  object: unknown,
  now: Seconds,
): void {
  const decoder: ObjectDecoder<Records[N] & Meta> = decoders[resource]
  cache.apply(resource, type, decoder.fromJson(object), now)
}
