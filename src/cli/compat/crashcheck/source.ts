/** Restarts of the pods of a hash, as one look shows them. */
export interface Look {
  /** The sum of restartCount of their containers, init containers left out. */
  readonly restarts: number
  readonly pods: number
}

/** Where looks come from. */
export interface CrashSource {
  /** The namespace that is looked at; null: the only one that the server watches. */
  readonly namespace: string | null
  /** Null while nothing is known for certain: no data is not the same as no crash. */
  look(): Promise<Look | null>
  /** Why there was nothing, the last time. */
  readonly trouble: string
  close(): Promise<void>
}
