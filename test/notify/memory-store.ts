import type { Entry, OutboxStore } from '../../src/notify/outbox/entries.ts'

/** A ledger without a cluster, with room for so many entries, all beside each other. */
export class MemoryStore implements OutboxStore {
  readonly kept = new Map<string, Entry>()
  /** As a ConfigMap that is refused, which a flush leaves out for a while. */
  refuses = false
  readonly #most: number

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  get(key: string): Entry | undefined {
    return this.kept.get(key)
  }

  entries(): Iterable<readonly [string, Entry]> {
    return this.kept.entries()
  }

  set(key: string, entry: Entry | undefined): void {
    if (entry === undefined) this.kept.delete(key)
    else this.kept.set(key, entry)
  }

  hasRoom(): boolean {
    return this.kept.size < this.#most
  }

  shardEntries(): Iterable<readonly [string, Entry]> {
    return this.kept.entries()
  }

  isWritten(): boolean {
    return !this.refuses
  }

  load(): Promise<void> {
    return Promise.resolve()
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }
}
