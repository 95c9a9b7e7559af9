import type { Advice } from '../../../analyze/advice.ts'

export const CODES = [
  '',
  'not-found',
  'process-crashing',
  'invalid-config',
  'resource-limits-exceeded',
  'scheduling',
  'not-progressing',
  'not-supported-strategy',
] as const
export type OutputCode = (typeof CODES)[number]

/** Whether a code is one that rollout-status knows. */
export function isOutputCode(code: string | null): code is OutputCode {
  return CODES.some((known) => known === code)
}

/** Longest tail of a log, bytes. */
export const MAX_LOG_BYTES = 100_000

/** A container, for its log. */
export interface ContainerRef {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** Whether to read the log of its previous run, because it waits for a restart. */
  readonly previous: boolean
}

/** The rollout failed. */
export interface Failure {
  readonly type: 'failure'
  readonly code: OutputCode
  readonly message: string
  /** The container whose log tells why; null where there is none. */
  readonly crash: ContainerRef | null
  /** Absent where no finding decides. */
  readonly advice?: Advice
}

/** The rollout goes on. */
export interface Waiting {
  readonly type: 'progressing'
  /** A sentence. */
  readonly awaited: string
  /** Absent where waiting is all that there is to do. */
  readonly advice?: Advice
}

/** The result of judging the cluster once. */
export type Outcome = { readonly type: 'success' } | Waiting | Failure

/** The rollout cannot be judged, or no longer; the message says why. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
}
