import type { Entry, LedgerView } from '../ledger.ts'

/** Somebody else wrote to the ledger: this replica is not the one that sends, and must read anew before it is again. */
export class LedgerConflictError extends Error {
  override readonly name = 'LedgerConflictError'
}

/** What was told, kept where every replica finds it. */
export interface LedgerStore extends LedgerView {
  /** Reads all anew. */
  load(): Promise<void>
  /** Changes an entry in memory, until the next flush; undefined removes it. */
  set(key: string, entry: Entry | undefined): void
  /** Whether another event about an object still fits. */
  hasRoom(objectUid: string): boolean
  /** Writes what changed; resolves when it is kept. Throws a LedgerConflictError when somebody else wrote meanwhile. */
  flush(): Promise<void>
}
