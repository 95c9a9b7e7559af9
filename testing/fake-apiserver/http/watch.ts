import type { EmbeddedCluster } from '../cluster.ts'
import { ApiStatus, tooLargeResourceVersion, tooOldResourceVersion } from '../store/api-status.ts'
import { type Change, type ChangeType, frameParts } from '../store/change.ts'
import type { Encoding } from '../store/encoding.ts'
import type { ResourceStore } from '../store/resource-store.ts'
import { buildFilter, type Filter } from '../store/selectors.ts'
import { StoredObject } from '../store/stored-object.ts'
import { errorFrame, objectFrame } from './answer.ts'
import type { Corruption, Faults } from './faults.ts'
import { stream } from './list.ts'
import { type ListOptions, parseVersion } from './list-options.ts'
import { WATCH_MEDIA } from './negotiate.ts'
import type { Outlet } from './outlet.ts'
import { spoiledBytes } from './spoil.ts'

/** Marks the bookmark that ends the initial events. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
/** How long a watch lasts when the client names no end: the API server takes 30 to 60 minutes. */
const DEFAULT_TIMEOUT_SECONDS = 1800
/** How long before the end of a watch the API server sends a bookmark. */
const BOOKMARK_BEFORE_END_MS = 2000
/** A client with more unread bytes is cut off. */
const BACKLOG_BYTES = 256 * 1024 * 1024

export interface WatchSettings {
  readonly faults: Faults
  /** Time between two bookmarks, milliseconds. */
  readonly bookmarkEveryMs: number
}

/** One watch of one client: initial events if asked for, then changes as they come, until its time is over. */
export class Watch {
  readonly #cluster: EmbeddedCluster
  readonly #store: ResourceStore
  readonly #filter: Filter
  readonly #options: ListOptions
  readonly #encoding: Encoding
  readonly #outlet: Outlet
  readonly #settings: WatchSettings
  /** The resourceVersion that the client has: it may lie in the future. */
  #from = 0
  #queue: Buffer[] = []
  #queuedBytes = 0
  #wake = Promise.withResolvers<void>()
  #ended = false
  /** Initial events are under way: only changes queue up. */
  #starting = true

  constructor(
    cluster: EmbeddedCluster,
    store: ResourceStore,
    namespace: string,
    options: ListOptions,
    encoding: Encoding,
    outlet: Outlet,
    settings: WatchSettings,
  ) {
    this.#cluster = cluster
    this.#store = store
    this.#filter = buildFilter(store.type, namespace, options.labelSelector, options.fieldSelector)
    this.#options = options
    this.#encoding = encoding
    this.#outlet = outlet
    this.#settings = settings
  }

  /** Serves until the time is over or the client is gone. Throws an ApiStatus before the first byte only. */
  async serve(): Promise<void> {
    const { resourceVersion, sendInitialEvents } = this.#options
    const from = parseVersion(resourceVersion, 500)
    this.#from = from
    // Without a resourceVersion (or at "any") a watch begins with what is there, unless it says no.
    const initial = sendInitialEvents ?? from === 0
    const objects = initial ? this.#store.all() : []
    const version = this.#cluster.resourceVersion
    const refusal = this.#replay(initial, from)
    const stop = this.#store.listen(
      (change) => this.#change(change),
      () => this.#end(),
    )
    const forget = this.#settings.faults.onSpoil(
      (how) => this.#spoil(how),
      () => this.#fail(tooOldResourceVersion(from, version)),
    )
    const timers = this.#startTimers()
    void this.#outlet.closed.then(() => this.#end())
    try {
      await this.#outlet.head(200, { 'content-type': WATCH_MEDIA[this.#encoding] })
      if (refusal !== null) this.#fail(refusal)
      else if (initial) await this.#sendInitial(objects, version)
      this.#starting = false
      await this.#pump()
    } finally {
      stop()
      forget()
      for (const timer of timers) clearTimeout(timer)
      this.#outlet.end()
    }
  }

  /** Queues the changes that the client missed; the reason why it can't be served, or null. */
  #replay(initial: boolean, from: number): ApiStatus | null {
    if (this.#settings.faults.refuseWatchList && this.#options.sendInitialEvents === true) {
      const why = 'the storage backend does not report progress, which streaming lists need'
      return new ApiStatus(422, 'Invalid', `sendInitialEvents: Forbidden: ${why}`)
    }
    if (from > this.#cluster.resourceVersion && initial) {
      return tooLargeResourceVersion(from, this.#cluster.resourceVersion)
    }
    if (initial) return null
    try {
      const changes = from === 0 ? [] : this.#store.since(from)
      for (const change of changes) this.#change(change)
      return null
    } catch (cause) {
      if (cause instanceof ApiStatus) return cause
      throw cause
    }
  }

  async #sendInitial(objects: readonly StoredObject[], version: number): Promise<void> {
    const wanted = objects.filter(this.#filter.matches)
    const encoding = this.#encoding
    await stream(this.#outlet, [], wanted, (object) => frameParts('ADDED', object, encoding))
    if (this.#options.bookmarks && !this.#settings.faults.withholdBookmarks) {
      await this.#outlet.write(this.#bookmark(version, { [INITIAL_EVENTS_END]: 'true' }))
    }
  }

  #change(change: Change): void {
    const as = change.resourceVersion > this.#from ? this.#typeFor(change) : null
    if (as === null || this.#ended) return
    const left = as === 'DELETED' && change.type !== 'DELETED'
    this.#push(left ? this.#departure(change) : change.frame(as, this.#encoding))
  }

  /** What a change is to this client: with a selector an object can come in and go out by being modified. */
  #typeFor(change: Change): ChangeType | null {
    const { matches } = this.#filter
    const now = change.type !== 'DELETED' && matches(change.object)
    const before = change.previous !== null && matches(change.previous)
    if (now) return before ? 'MODIFIED' : 'ADDED'
    return before ? 'DELETED' : null
  }

  /** An object that leaves the selection is shown as it was, at the resourceVersion of the change. */
  #departure(change: Change): Buffer {
    const last = change.previous?.toObject() ?? {}
    const metadata = { ...pickMetadata(last), resourceVersion: String(change.resourceVersion) }
    return objectFrame('DELETED', new StoredObject(this.#store.type, { ...last, metadata }), this.#encoding)
  }

  #push(frame: Buffer): void {
    this.#queue.push(frame)
    this.#queuedBytes += frame.length
    if (this.#queuedBytes > BACKLOG_BYTES) this.#outlet.destroy()
    this.#wake.resolve()
  }

  async #pump(): Promise<void> {
    while (this.#outlet.open) {
      const frames = this.#queue
      this.#queue = []
      this.#queuedBytes = 0
      if (frames.length > 0)
        await this.#outlet.write(frames.length === 1 ? (frames[0] ?? EMPTY) : Buffer.concat(frames))
      else if (this.#ended) return
      else {
        await this.#wake.promise
        this.#wake = Promise.withResolvers<void>()
      }
    }
  }

  #startTimers(): NodeJS.Timeout[] {
    const { timeoutSeconds, bookmarks } = this.#options
    const lastsMs = (timeoutSeconds > 0 ? timeoutSeconds : DEFAULT_TIMEOUT_SECONDS) * 1000
    const timers = [setTimeout(() => this.#end(), lastsMs)]
    if (bookmarks) {
      timers.push(setInterval(() => this.#remind(), this.#settings.bookmarkEveryMs))
      timers.push(setTimeout(() => this.#remind(), Math.max(lastsMs - BOOKMARK_BEFORE_END_MS, lastsMs / 2)))
    }
    return timers
  }

  #remind(): void {
    if (this.#starting || this.#ended || this.#settings.faults.withholdBookmarks) return
    this.#push(this.#bookmark(this.#cluster.resourceVersion, {}))
  }

  #bookmark(version: number, annotations: Record<string, string>): Buffer {
    const marks = Object.keys(annotations).length > 0 ? { annotations } : {}
    const object = { metadata: { resourceVersion: String(version), ...marks } }
    return objectFrame('BOOKMARK', new StoredObject(this.#store.type, object), this.#encoding)
  }

  #fail(failure: ApiStatus): void {
    this.#push(errorFrame(failure, this.#encoding))
    this.#end()
  }

  #spoil(how: Corruption): void {
    this.#push(spoiledBytes(how, this.#encoding))
    if (how !== 'truncated') return
    setImmediate(() => this.#outlet.destroy())
  }

  #end(): void {
    this.#ended = true
    this.#wake.resolve()
  }
}

const EMPTY = Buffer.alloc(0)

function pickMetadata(object: { metadata?: unknown }): object {
  return typeof object.metadata === 'object' && object.metadata !== null ? object.metadata : {}
}
