import type { Seconds } from '../model/meta.ts'
import type { Policy } from './policy.ts'

/** The parts of a question that matter to rules. */
export interface Scope {
  /** Ends of containers before this moment do not count; null: all of them count. */
  readonly since: Seconds | null
  /** Look only at containers of this name; null: all. */
  readonly container: string | null
  /** How many pods must be affected; null: what the workload tolerates. */
  readonly quorum: Quorum | null
  /** A missing Secret is not a failure: it is awaited. */
  readonly ignoreSecretNotFound: boolean
  /** Overrides the workload's own deadline, seconds. */
  readonly progressDeadline: number | null
}

/** A number of pods, or a share of them (0 to 1). */
export type Quorum = { readonly pods: number } | { readonly share: number }

/** What every rule gets besides its subject. The time comes from here only. */
export interface Context {
  readonly policy: Policy
  readonly now: Seconds
  readonly scope: Scope
  /** `job`: the limits of the Job decide how many crashes are too many. `bare`: nothing replaces the pod. */
  readonly owner: 'controller' | 'job' | 'bare'
}

export const DEFAULT_SCOPE: Scope = {
  since: null,
  container: null,
  quorum: null,
  ignoreSecretNotFound: false,
  progressDeadline: null,
}
