import { type Counter, Histogram, type Registry } from 'prom-client'
import type { WatchStates } from '../cache/watch-states.ts'
import type { RestartReason } from '../cluster/watch/failure.ts'
import type { ResourceName } from '../model/records.ts'
import type { ObjectIndex } from '../model/view.ts'
import { addCounter, addGauge, addResourceGauge, PREFIX } from './registry.ts'

/**
 * Retained heap of one record with its index entries, in bytes, as `npm run bench` measures it for pods; other records are
 * of the same order and far fewer.
 */
const BYTES_PER_OBJECT = 1_000

/** The part of the cache that the gauges read. */
export interface WatchedCache {
  readonly objects: Readonly<Record<ResourceName, Pick<ObjectIndex<never>, 'size'>>>
  readonly watchStates: WatchStates
}

/** The watches and the cache; gauges are read from the cache when they are scraped. */
export class WatchMetrics {
  readonly #restarts: Counter<'resource' | 'reason'>
  readonly #events: Counter<'resource' | 'type'>
  readonly #lists: Histogram<'resource'>
  readonly #decodeErrors: Counter<'resource'>
  readonly #lastEvent = new Map<ResourceName, number>()
  readonly #now: () => number

  constructor(registry: Registry, { objects, watchStates }: WatchedCache, now: () => number) {
    this.#now = now
    this.#restarts = addCounter(
      registry,
      'watch_restarts_total',
      'Restarts of watches, by reason; timeout is the ordinary end of a watch.',
      ['resource', 'reason'],
    )
    this.#events = addCounter(registry, 'watch_events_total', 'Events received on watches.', [
      'resource',
      'type',
    ])
    this.#lists = new Histogram({
      name: `${PREFIX}list_duration_seconds`,
      help: 'Time to read all objects of a resource.',
      labelNames: ['resource'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    })
    this.#decodeErrors = addCounter(
      registry,
      'decode_errors_total',
      'Answers of the API server that could not be read; each leads to a new list.',
      ['resource'],
    )
    const sizes = () => Object.entries(objects).map(([resource, { size }]) => [resource, size] as const)
    addResourceGauge(registry, 'cache_objects', 'Objects in the cache.', sizes)
    addResourceGauge(
      registry,
      'cache_synced',
      '1 when every watch of the resource works, 0 when one does not (/readyz has the reason).',
      () => listSynced(watchStates),
    )
    addResourceGauge(
      registry,
      'cache_last_event_timestamp_seconds',
      'Time of the last watch event (bookmarks included).',
      () => this.#lastEvent,
    )
    addGauge(
      registry,
      'cache_bytes',
      'Estimated heap that the cache retains: objects times the measured size of a pod record.',
      () => sizes().reduce((sum, [, size]) => sum + size, 0) * BYTES_PER_OBJECT,
    )
  }

  event(resource: ResourceName, type: string): void {
    this.#events.inc({ resource, type })
    this.#lastEvent.set(resource, this.#now())
  }

  listed(resource: ResourceName, seconds: number): void {
    this.#lists.observe({ resource }, seconds)
  }

  restarted(resource: ResourceName, reason: RestartReason): void {
    this.#restarts.inc({ resource, reason })
    if (reason === 'decode') this.#decodeErrors.inc({ resource })
  }
}

/** For each resource, 1 when all of its watches work, else 0. */
function listSynced(watchStates: WatchStates): ReadonlyMap<ResourceName, number> {
  const synced = new Map<ResourceName, number>()
  for (const { resource, state } of watchStates.all())
    synced.set(resource, state.type === 'working' ? (synced.get(resource) ?? 1) : 0)
  return synced
}
