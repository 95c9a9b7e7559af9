import type { OutputCode } from './output.ts'

/** A container, for its log. */
export interface ContainerRef {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** It waits to be started again: the log of its last run is meant. */
  readonly previous: boolean
}

/** The rollout failed. */
export interface Failure {
  readonly type: 'failure'
  readonly code: OutputCode
  readonly message: string
  /** The container whose log tells why; null where there is none. */
  readonly crash: ContainerRef | null
}

/** What a look at the cluster comes to. */
export type Outcome =
  | { readonly type: 'success' }
  /** `awaited` is a sentence. */
  | { readonly type: 'progressing'; readonly awaited: string }
  | Failure

/** The rollout can't be looked at (any more); the message says why. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
}
