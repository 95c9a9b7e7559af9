import type { Seconds } from '../model/meta.ts'
import type { Context } from './context.ts'
import type { Code, FindingClass, RuleWeight } from './policy.ts'

/** What a person wants to know about a rule; `docs/reasons.md` is generated from it. */
interface RuleTexts {
  /** States and reasons of Kubernetes that it matches, as the API writes them; a phrase where there is no word. */
  readonly matches: readonly string[]
  /** When the patient threshold holds, as the rest of a sentence that begins with "while". */
  readonly patient?: string
  /** When the rule itself overrides the policy. */
  readonly exception?: string
  /** What usually lies behind it. */
  readonly cause: string
  /** What to do about it. */
  readonly remedy: string
}

/** What shows more about a finding. Each becomes one command of kubectl, which only reads. */
export type NextStep =
  /** The log of the run that ended. */
  | 'last-log'
  /** The log of the container as it runs. */
  | 'log'
  /** The object, with its events. */
  | 'describe'
  /** The events of the object alone. */
  | 'events'
  /** The node of the pod. */
  | 'describe-node'
  /** The quotas of the namespace. */
  | 'quota'
  /** What admission asks before anything is created. */
  | 'webhooks'
  /** The claims of volumes in the namespace. */
  | 'claims'
  /** Nothing in the cluster tells more, e.g. because the question itself is wrong. */
  | 'none'

/**
 * A rule: its id, how it weighs unless a policy says otherwise, and how it is explained. It stands in the file of its
 * family, beside the function that finds it; index.ts puts the families in order. See docs/adding-a-rule.md.
 */
export interface Rule<Id extends string = string> extends RuleWeight {
  readonly id: Id
  /** What `times` counts, in the plural; absent where the rule counts nothing. */
  readonly counts?: string
  readonly texts: RuleTexts
  /** What to look at next; default: what fits the subject of the finding. */
  readonly next?: NextStep
  /** It says only that something is missing; what a pod says explains it. */
  readonly isConsequence?: true
  /** It says only that something is awaited, which explains nothing. */
  readonly explainsNothing?: true
}

/** A rule with a check of one kind of subject. A check reads nothing but its arguments; null: no match. */
export interface CheckedRule<S, Id extends string = string> extends Rule<Id> {
  readonly check: (subject: S, context: Context) => Match | null
}

/** What a check says of its subject. */
export interface Match {
  /** As Kubernetes writes it; null when it has no word for it. */
  readonly reason: string | null
  /** The rest of the sentence that begins with the subject, without full stop. */
  readonly what: string
  readonly since?: Seconds | null
  /** What is compared with the threshold `times`. */
  readonly times?: number
  readonly restarts?: number
  readonly exitCode?: number | null
  /** The cluster visibly does something about it: `patientSeconds` applies. */
  readonly patient?: boolean
  /** Overrides the policy, e.g. because nothing will ever try again. */
  readonly class?: FindingClass
  readonly code?: Code
  /** When the finding changes by time alone, though not by a threshold. */
  readonly changesAt?: Seconds | null
}

/** A match with its rule. */
export interface MatchOf<Id extends string> extends Match {
  readonly rule: Rule<Id>
}

/** The match of the first rule that matches. */
export function firstMatch<S, Id extends string>(
  rules: readonly CheckedRule<S, Id>[],
  subject: S,
  context: Context,
): MatchOf<Id> | null {
  for (const rule of rules) {
    const match = rule.check(subject, context)
    if (match !== null) return { ...match, rule }
  }
  return null
}
