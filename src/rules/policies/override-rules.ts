import type { RuleId } from '../index.ts'
import type { Policy, RuleWeight } from '../policy.ts'

/** A policy under which some rules weigh otherwise. */
export function overrideRules(policy: Policy, rules: Readonly<Partial<Record<RuleId, RuleWeight>>>): Policy {
  return { ...policy, rules: { ...policy.rules, ...rules } }
}
