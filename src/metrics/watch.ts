import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { WatchStates } from '../cache/watch-states.ts'
import type { RestartReason } from '../cluster/watch/failure.ts'
import type { ResourceName } from '../model/records.ts'
import type { ObjectIndex } from '../model/view.ts'
import { PREFIX } from './registry.ts'

/**
 * Retained heap of one record with its index entries, in bytes, as `npm run bench` measures it for pods; the others are
 * of the same order and far fewer.
 */
const BYTES_PER_OBJECT = 1_000

/** What the watch metrics mirror. */
export interface WatchedCache {
  readonly objects: Readonly<Record<ResourceName, Pick<ObjectIndex<never>, 'size'>>>
  readonly watchStates: WatchStates
}

/** How watching goes; gauges are read from the cache when they are scraped. */
export class WatchMetrics {
  readonly #restarts: Counter<'resource' | 'reason'>
  readonly #events: Counter<'resource' | 'type'>
  readonly #lists: Histogram<'resource'>
  readonly #decodeErrors: Counter<'resource'>
  readonly #lastEvent = new Map<ResourceName, number>()
  readonly #now: () => number

  constructor(registry: Registry, cache: WatchedCache, now: () => number) {
    this.#now = now
    const registers = [registry]
    this.#restarts = new Counter({
      name: `${PREFIX}watch_restarts_total`,
      help: 'Times a watch began anew, by reason; timeout is the ordinary end of a watch.',
      labelNames: ['resource', 'reason'],
      registers,
    })
    this.#events = new Counter({
      name: `${PREFIX}watch_events_total`,
      help: 'Events received on watches.',
      labelNames: ['resource', 'type'],
      registers,
    })
    this.#lists = new Histogram({
      name: `${PREFIX}list_duration_seconds`,
      help: 'Time to read all objects of a resource.',
      labelNames: ['resource'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    })
    this.#decodeErrors = new Counter({
      name: `${PREFIX}decode_errors_total`,
      help: 'Answers of the API server that could not be read; each leads to a new list.',
      labelNames: ['resource'],
      registers,
    })
    mirrorCache(registers, cache, this.#lastEvent)
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

function mirrorCache(
  registers: Registry[],
  { objects, watchStates }: WatchedCache,
  lastEvent: ReadonlyMap<ResourceName, number>,
): void {
  new Gauge({
    name: `${PREFIX}cache_objects`,
    help: 'Objects in the cache.',
    labelNames: ['resource'],
    registers,
    collect() {
      for (const [resource, { size }] of Object.entries(objects)) this.set({ resource }, size)
    },
  })
  new Gauge({
    name: `${PREFIX}cache_synced`,
    help: '1 when every watch of the resource works, 0 when one does not (see /readyz for why).',
    labelNames: ['resource'],
    registers,
    collect() {
      const synced = new Map<ResourceName, boolean>()
      for (const { resource, state } of watchStates.all()) {
        synced.set(resource, (synced.get(resource) ?? true) && state.type === 'working')
      }
      for (const [resource, all] of synced) this.set({ resource }, all ? 1 : 0)
    },
  })
  new Gauge({
    name: `${PREFIX}cache_last_event_timestamp_seconds`,
    help: 'When the last watch event (bookmarks included) came.',
    labelNames: ['resource'],
    registers,
    collect() {
      for (const [resource, at] of lastEvent) this.set({ resource }, at)
    },
  })
  new Gauge({
    name: `${PREFIX}cache_bytes`,
    help: 'Estimated heap that the cache retains: objects times the measured size of a pod record.',
    registers,
    collect() {
      this.set(Object.values(objects).reduce((sum, { size }) => sum + size, 0) * BYTES_PER_OBJECT)
    },
  })
}
