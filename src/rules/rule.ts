import type { Context } from './context.ts'
import type { RuleMatch } from './rule-match.ts'

/** A check of one kind of subject: what it has to say, or null. Rules read nothing but their arguments. */
export type Rule<S> = (subject: S, context: Context) => RuleMatch | null

/** The first rule that has something to say. */
export function firstMatch<S>(rules: readonly Rule<S>[], subject: S, context: Context): RuleMatch | null {
  for (const rule of rules) {
    const draft = rule(subject, context)
    if (draft !== null) return draft
  }
  return null
}
