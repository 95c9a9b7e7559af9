import type { Seconds } from '../model/meta.ts'
import type { Policy } from './policy.ts'

/** What is asked, as far as judging goes. */
export interface Scope {
  /** Ends of containers before this do not count; null: each pod's start. */
  readonly since: Seconds | null
  /** Look only at containers of this name; null: all. */
  readonly container: string | null
  /** How many pods must be affected; null: what the workload tolerates. */
  readonly quorum: Quorum | null
  /** A Secret that does not exist is waited for. */
  readonly ignoreSecretNotFound: boolean
  /** Overrides the workload's own deadline, seconds. */
  readonly progressDeadline: number | null
}

/** So many pods, or such a share of them (0 to 1). */
export type Quorum = { readonly pods: number } | { readonly share: number }

/** What every rule gets besides its subject. The clock is here and nowhere else. */
export interface Context {
  readonly policy: Policy
  readonly now: Seconds
  readonly scope: Scope
  /** `job`: the Job itself decides how many crashes are too many. `bare`: nothing replaces the pod. */
  readonly owner: 'controller' | 'job' | 'bare'
}

export const DEFAULT_SCOPE: Scope = {
  since: null,
  container: null,
  quorum: null,
  ignoreSecretNotFound: false,
  progressDeadline: null,
}
