/**
 * What a finding means for the verdict. `fatal`: fails now. `threshold`: fails once it has lasted or repeated enough.
 * `progressing`: on its way. `warning`: worth knowing, decides nothing. `held`: waits for a person. `ok`: explained.
 * `unknown`: data are missing.
 */
export type FindingClass = 'fatal' | 'threshold' | 'progressing' | 'warning' | 'held' | 'ok' | 'unknown'

/** Kind of trouble, stable for clients. */
export type Code =
  | 'not-found'
  | 'invalid-config'
  | 'resource-limits-exceeded'
  | 'process-crashing'
  | 'scheduling'
  | 'not-progressing'
  | 'not-supported-strategy'
  | 'node-failure'
  | 'held'
  | 'superseded'

/** How a rule weighs. Of several thresholds the first that is passed counts. */
export interface RuleWeight {
  readonly class: FindingClass
  readonly code: Code | null
  /** Class threshold: seconds after which it fails. */
  readonly seconds?: number
  /** Class threshold: seconds while the cluster is visibly doing something about it (a scale-up). */
  readonly patientSeconds?: number
  /** Class threshold: how often it must have happened. What is counted is the rule's (restarts, ends, evictions). */
  readonly times?: number
}

/** What a person may tune: how rules weigh, and the few figures that belong to no single rule. */
export interface Policy {
  readonly name: string
  /** By id, the rules that weigh otherwise than their records say; see overrideWeights(), which checks the ids. */
  readonly rules: Readonly<Partial<Record<string, RuleWeight>>>
  /** How long a container that ended must be up again before nothing speaks against it, seconds. */
  readonly settleSeconds: number
  /** A container in a crash loop must stay up longer than that: so many times its longest run before. */
  readonly settleFactor: number
  /** ... but no longer than the kubelet itself remembers a crash (it resets its back-off after 10 minutes), seconds. */
  readonly longestSettleSeconds: number
  /** How long evictions are held against a workload, seconds. */
  readonly evictionMemorySeconds: number
  /** How long a workload that has no deadline of its own may make no progress, seconds. */
  readonly progressDeadlineSeconds: number
  /** Up to so many pods of a revision any affected pod is enough; beyond it more than the share below must be. */
  readonly smallRevisionPods: number
  readonly toleratedShare: number
  /** So many affected pods decide, whatever a workload tolerates; null: more than it tolerates. */
  readonly affectedPods: number | null
  /** A container that crashed too often fails its pod also while it runs again and is not settled. */
  readonly failsRunning: boolean
}

/** How a rule weighs under a policy: as the policy says, else as its record does. */
export function resolveWeight(rule: RuleWeight & { readonly id: string }, policy: Policy): RuleWeight {
  const { class: category, code, seconds, patientSeconds, times } = rule
  return (
    policy.rules[rule.id] ?? {
      class: category,
      code,
      ...(seconds === undefined ? {} : { seconds }),
      ...(patientSeconds === undefined ? {} : { patientSeconds }),
      ...(times === undefined ? {} : { times }),
    }
  )
}
