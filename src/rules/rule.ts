import type { Seconds } from '../model/meta.ts'
import type { Context } from './context.ts'
import type { Code, FindingClass, RuleWeight } from './policy.ts'

/** What a person wants to know of a rule that a verdict named; `docs/reasons.md` is made of it. */
export interface RuleTexts {
  /** States and reasons of Kubernetes that it matches, as the API writes them; a phrase where there is no word. */
  readonly matches: readonly string[]
  /** When the patient threshold holds, as the rest of a sentence that begins with "while". */
  readonly patient?: string
  /** Where the rule itself knows better than the policy. */
  readonly exception?: string
  /** What usually lies behind it. */
  readonly cause: string
  /** What to do about it. */
  readonly remedy: string
}

/**
 * A rule with all that is its own: how it weighs unless a policy says otherwise, and how it is explained. Rules stand in
 * the file of their family, beside the function that finds them; index.ts puts the families in order.
 */
export interface Rule<Id extends string = string> extends RuleWeight {
  readonly id: Id
  /** What `times` counts, in the plural; absent where the rule counts nothing. */
  readonly counts?: string
  readonly texts: RuleTexts
  /** It says only that something is missing; what a pod says explains it. */
  readonly isConsequence?: true
  /** It says only that something is awaited, which explains nothing. */
  readonly explainsNothing?: true
}

/** A rule about one kind of subject. Its check reads nothing but its arguments; null: nothing to say. */
export interface CheckedRule<S, Id extends string = string> extends Rule<Id> {
  readonly check: (subject: S, context: Context) => Match | null
}

/** What a check says of its subject. */
export interface Match {
  /** As Kubernetes words it; null when it has no word for it. */
  readonly reason: string | null
  /** The rest of the sentence that begins with the subject, without full stop. */
  readonly what: string
  readonly since?: Seconds | null
  /** What the threshold `times` is held against. */
  readonly times?: number
  readonly restarts?: number
  readonly exitCode?: number | null
  /** The cluster is visibly doing something about it: the policy's patient threshold holds. */
  readonly patient?: boolean
  /** The rule itself knows better than the policy, e.g. that nothing will ever try again. */
  readonly class?: FindingClass
  readonly code?: Code
  /** For what changes by time alone but by no threshold of the policy. */
  readonly changesAt?: Seconds | null
}

/** A match with its rule. */
export interface MatchOf<Id extends string> extends Match {
  readonly rule: Rule<Id>
}

/** The first rule that has something to say. */
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
