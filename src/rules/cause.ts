/** The cause that a message gives. */
export type Cause =
  | 'image-not-found'
  | 'image-denied'
  | 'image-transient'
  | 'node-disk'
  | 'bad-command'
  | 'bad-mount'
  | 'bad-user'
  | 'no-command'
  | 'memory-too-low'
  | 'secret-not-found'
  | 'config-missing'
  | 'config-cache'
  | 'object-not-found'

/** A row of a table of causes; the first whose pattern matches counts. */
export interface Pattern {
  /** Null: a text that later patterns would take for a cause which it is not. */
  readonly cause: Cause | null
  readonly text: RegExp
}
