/** A broken law, where it is broken and why it is one. */
export interface Breach {
  readonly path: string
  readonly line: number
  readonly message: string
}
