import type { Entry, OutboxStore } from '../../src/notify/outbox/entries.ts'

/** An outbox without a cluster: one shard with room for `maxEntries`. */
export class MemoryStore implements OutboxStore {
  readonly stored = new Map<string, Entry>()
  /** Writes fail, as to a ConfigMap that flushes skip for a while. */
  rejectsWrites = false
  readonly #maxEntries: number

  constructor(maxEntries = Number.POSITIVE_INFINITY) {
    this.#maxEntries = maxEntries
  }

  get(key: string): Entry | undefined {
    return this.stored.get(key)
  }

  entries(): Iterable<readonly [string, Entry]> {
    return this.stored.entries()
  }

  set(key: string, entry: Entry | undefined): void {
    if (entry === undefined) this.stored.delete(key)
    else this.stored.set(key, entry)
  }

  hasRoom(): boolean {
    return this.stored.size < this.#maxEntries
  }

  shardEntries(): Iterable<readonly [string, Entry]> {
    return this.stored.entries()
  }

  isWritten(): boolean {
    return !this.rejectsWrites
  }

  load(): Promise<void> {
    return Promise.resolve()
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }
}
