import { compacted, tooOldResourceVersion } from './api-status.ts'
import type { Change } from './change.ts'
import type { ResourceType } from './resource-type.ts'
import type { StoredObject } from './stored-object.ts'

/** Told of each change, in order. */
export type ChangeListener = (change: Change) => void

/** The objects of one resource, and the history of their changes as far as it is remembered. */
export class ResourceStore {
  readonly type: ResourceType
  readonly #historyLimit: number
  readonly #objects = new Map<string, StoredObject>()
  readonly #listeners = new Map<ChangeListener, () => void>()
  /** In order. */
  readonly #keys: string[] = []
  /** What `all` gives, until something changes. */
  #all: readonly StoredObject[] | null = null
  #history: Change[] = []
  /** Changes up to this resourceVersion are forgotten. */
  #compactedTo: number

  constructor(type: ResourceType, historyLimit: number, startedAt: number) {
    this.type = type
    this.#historyLimit = historyLimit
    this.#compactedTo = startedAt
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key)
  }

  /** Applies a change, remembers it, and tells the listeners. */
  apply(change: Change): void {
    this.place(change)
    this.#history.push(change)
    // Cut in large steps: each moves the rest.
    if (this.#history.length >= this.#historyLimit * 2) this.#forget(this.#historyLimit)
    for (const listener of this.#listeners.keys()) listener(change)
  }

  /** Applies a change without history, and nobody is told: for filling an empty store. */
  place(change: Change): void {
    const { key } = change.object
    this.#all = null
    if (change.type === 'DELETED') {
      this.#objects.delete(key)
      this.#keys.splice(this.#position(key), 1)
      return
    }
    if (!this.#objects.has(key)) this.#keys.splice(this.#position(key), 0, key)
    this.#objects.set(key, change.object)
  }

  /** Calls back on each change from now on, and once when the resource is no longer served; returns how to stop. */
  listen(listener: ChangeListener, ended: () => void): () => void {
    this.#listeners.set(listener, ended)
    return () => this.#listeners.delete(listener)
  }

  /** The resource is no longer served. */
  endWatches(): void {
    for (const ended of [...this.#listeners.values()]) ended()
  }

  /** All objects in the order of their keys. */
  all(): readonly StoredObject[] {
    this.#all ??= this.#pick(this.#keys, (key) => this.#objects.get(key))
    return this.#all
  }

  /** Objects as they were at a resourceVersion. Throws an ApiStatus (410) when that is forgotten. */
  at(resourceVersion: number): readonly StoredObject[] {
    if (resourceVersion < this.#compactedTo) throw compacted()
    const before = new Map<string, StoredObject | null>()
    for (let i = this.#history.length - 1; i >= 0; i--) {
      const change = this.#history[i]
      if (change === undefined || change.resourceVersion <= resourceVersion) break
      before.set(change.object.key, change.previous)
    }
    if (before.size === 0) return this.all()
    const gone = [...before.keys()].filter((key) => !this.#objects.has(key))
    const keys = gone.length === 0 ? this.#keys : [...this.#keys, ...gone].sort()
    return this.#pick(keys, (key) => (before.has(key) ? before.get(key) : this.#objects.get(key)))
  }

  /** Changes after a resourceVersion. Throws an ApiStatus (410) when they are forgotten. */
  since(resourceVersion: number): readonly Change[] {
    if (resourceVersion < this.#compactedTo) throw tooOldResourceVersion(resourceVersion, this.#compactedTo)
    let from = this.#history.length
    while (from > 0 && (this.#history[from - 1]?.resourceVersion ?? 0) > resourceVersion) from -= 1
    return this.#history.slice(from)
  }

  /** Forgets all changes up to a resourceVersion. */
  compact(resourceVersion: number): void {
    this.#history = this.#history.filter((change) => change.resourceVersion > resourceVersion)
    this.#compactedTo = Math.max(this.#compactedTo, resourceVersion)
  }

  #forget(keep: number): void {
    const last = this.#history[this.#history.length - keep - 1]
    this.#history = this.#history.slice(-keep)
    if (last !== undefined) this.#compactedTo = last.resourceVersion
  }

  #pick(keys: readonly string[], find: (key: string) => StoredObject | null | undefined): StoredObject[] {
    const found: StoredObject[] = []
    for (const key of keys) {
      const object = find(key)
      if (object !== undefined && object !== null) found.push(object)
    }
    return found
  }

  #position(key: string): number {
    const last = this.#keys.at(-1)
    if (last === undefined || key > last) return this.#keys.length
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#keys[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
