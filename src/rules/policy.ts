/**
 * What a finding means for the verdict. `fatal`: fails now. `threshold`: fails once it has lasted or repeated enough.
 * `progressing`: in progress. `warning`: worth knowing, decides nothing. `held`: waits for a person. `ok`: explained.
 * `unknown`: data are missing.
 */
export type FindingClass = 'fatal' | 'threshold' | 'progressing' | 'warning' | 'held' | 'ok' | 'unknown'

/** The kind of a failure, stable for clients. */
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
  /** Class threshold: seconds after which it fails while the cluster visibly does something about it (a scale-up). */
  readonly patientSeconds?: number
  /** Class threshold: how often it must have happened; `counts` of the rule says what. */
  readonly times?: number
}

/** What an operator may tune: how rules weigh, and the few figures that belong to no single rule. */
export interface Policy {
  readonly name: string
  /** The rules that weigh otherwise than their own records say, by id; overrideRules() checks the ids. */
  readonly rules: Readonly<Partial<Record<string, RuleWeight>>>
  /** How long a container must run after a crash before it counts as stable, seconds. */
  readonly settleSeconds: number
  /** A container in a crash loop must run longer than that: this multiple of its longest run so far. */
  readonly settleFactor: number
  /** ... but no longer than the kubelet itself remembers a crash (it resets its back-off after 10 minutes), seconds. */
  readonly longestSettleSeconds: number
  /** How long evictions count against a workload, seconds. */
  readonly evictionMemorySeconds: number
  /** How long a workload that has no deadline of its own may make no progress, seconds. */
  readonly progressDeadlineSeconds: number
  /** In a revision of up to this many pods any affected pod is enough; in a larger one more than the share below. */
  readonly smallRevisionPods: number
  readonly toleratedShare: number
  /** This many affected pods decide, whatever a workload tolerates; null: more than it tolerates. */
  readonly affectedPods: number | null
  /** Starts that the runtime refused count as crashes of the program. */
  readonly countsRefusedStarts: boolean
  /** A container that crashed too often fails its pod even while it runs again, until it is stable. */
  readonly failsRunning: boolean
}

/** How a rule weighs under a policy: as the policy says, else as its record does. */
export function resolveWeight(
  rule: RuleWeight & { readonly id: string },
  policy: Pick<Policy, 'rules'>,
): RuleWeight {
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
