import type { Answer } from '../../analyze/answer-schema.ts'

/** How a wait ended. */
export type GateEnd =
  /** The verdict is final, or it is the present one at the timeout. */
  | { readonly type: 'final' | 'timeout'; readonly answer: Answer }
  /** Nothing is what the question names. */
  | { readonly type: 'not-found'; readonly message: string }
  /** The question itself is wrong. */
  | { readonly type: 'refused'; readonly message: string }
  /** Whoever was asked can't tell. */
  | { readonly type: 'inconclusive'; readonly message: string }
  /** Whoever was to be asked could not be reached. */
  | { readonly type: 'unreachable'; readonly message: string }

/** Where a final verdict is waited for. */
export interface GateSource {
  /** Tells of each change; rejects when `signal` ends it. */
  wait(tell: Tell, signal: AbortSignal): Promise<GateEnd>
}

export interface Tell {
  readonly answer: (answer: Answer) => void
  /** What keeps it from hearing more, e.g. a lost connection. */
  readonly trouble: (message: string) => void
}
