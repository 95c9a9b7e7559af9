import type { Answer } from '../../analyze/answer-schema.ts'

/** The end of a wait. */
export type GateEnd =
  /** The verdict is final, or it is the present one at the timeout. */
  | { readonly type: 'final' | 'timeout'; readonly answer: Answer }
  /** Nothing matches the question. */
  | { readonly type: 'not-found'; readonly message: string }
  /** The server refused the question. */
  | { readonly type: 'refused'; readonly message: string }
  /** There is no verdict, e.g. because a resource may not be read. */
  | { readonly type: 'inconclusive'; readonly message: string }
  /** The cluster or the server could not be reached. */
  | { readonly type: 'unreachable'; readonly message: string }

/** Waits for a final verdict. */
export interface GateSource {
  /** Reports each change; rejects when `signal` aborts. */
  wait(listener: GateListener, signal: AbortSignal): Promise<GateEnd>
}

/** Gets the progress of a wait. */
export interface GateListener {
  readonly answer: (answer: Answer) => void
  /** Why no answers arrive, e.g. a lost connection. */
  readonly trouble: (message: string) => void
  /** What answers do without, e.g. a right that is missing. */
  readonly note: (message: string) => void
}
