import type { Entry, OutboxView } from './entries.ts'

/** Somebody else wrote to the ledger: this replica is not the one that sends, and must read anew before it is again. */
export class OutboxConflictError extends Error {
  override readonly name = 'OutboxConflictError'
}

/** What was told, kept where every replica finds it. */
export interface OutboxStore extends OutboxView {
  /** Reads all anew. */
  load(): Promise<void>
  /** Changes an entry in memory, until the next flush; undefined removes it. */
  set(key: string, entry: Entry | undefined): void
  /** Whether another event about an object still fits. */
  hasRoom(objectUid: string): boolean
  /** The entries that share their room with those of an object. */
  shardEntries(objectUid: string): Iterable<readonly [key: string, entry: Entry]>
  /** Whether an entry is kept in the cluster as it is here. */
  isWritten(key: string): boolean
  /**
   * Writes what changed, as much of it as is possible; resolves when all is kept. Throws a OutboxConflictError when
   * somebody else wrote meanwhile, else the first error.
   */
  flush(): Promise<void>
}
