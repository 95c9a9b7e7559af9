import { gunzipSync } from 'node:zlib'
import type { ChangeType, ClusterCache } from '../cache/cluster-cache.ts'
import type { ObjectDecoder, ObjectDecoders } from '../cluster/decode/decoder.ts'
import type { Meta, Seconds } from '../model/meta.ts'
import type { Records, ResourceName } from '../model/view.ts'

/** The recording can't be read; the message says where. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
}

/** A watch event of a recording. */
export interface RecordedEvent {
  /** Seconds since the recording began. */
  readonly t: Seconds
  readonly type: ChangeType
  /** As the API server sent it. */
  readonly object: Readonly<Record<string, unknown>>
}

export interface Recording {
  readonly scenario: string
  /** When it began, by the recorder's clock. */
  readonly startedAt: Seconds
  readonly events: readonly RecordedEvent[]
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])

/** Reads a recording: NDJSON, plain or gzip. Throws a RecordingError that names the line. */
export function readRecording(bytes: Buffer): Recording {
  const text = (bytes.subarray(0, 2).equals(GZIP_MAGIC) ? gunzipSync(bytes) : bytes).toString('utf8')
  const [head = '', ...lines] = text.split('\n')
  const header = parseLine(head, 1)
  const startedAt = Date.parse(String(header.startedAt))
  if (Number.isNaN(startedAt)) throw new RecordingError('line 1: startedAt is no RFC 3339 time')
  const events = lines
    .map((line, index) => (line.trim() === '' ? null : eventOf(parseLine(line, index + 2), index + 2)))
    .filter((event) => event !== null)
  return { scenario: String(header.scenario ?? ''), startedAt: startedAt / 1000, events }
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

function eventOf({ t, type, object }: Record<string, unknown>, number: number): RecordedEvent {
  if (typeof t !== 'number') throw new RecordingError(`line ${number}: t is no number`)
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED')
    throw new RecordingError(`line ${number}: an unknown type of event`)
  if (typeof object !== 'object' || object === null) throw new RecordingError(`line ${number}: no object`)
  return { t, type, object: Object.fromEntries(Object.entries(object)) }
}

const RESOURCE_OF: Readonly<Record<string, ResourceName>> = {
  Pod: 'pods',
  ReplicaSet: 'replicasets',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ControllerRevision: 'controllerrevisions',
  Job: 'jobs',
  Rollout: 'rollouts',
  Event: 'events',
}

/** Enters a recorded event into a cache, as a watch would. Kinds that nothing reads are passed over. */
export function applyEvent(
  cache: ClusterCache,
  decoders: ObjectDecoders,
  { type, object }: RecordedEvent,
  now: Seconds,
): void {
  const resource = RESOURCE_OF[String(object.kind)]
  if (resource !== undefined) enter(cache, resource, decoders, type, object, now)
}

function enter<N extends ResourceName>(
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
