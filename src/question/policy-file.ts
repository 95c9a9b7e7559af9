import { Value } from 'typebox/value'
import { RULES, type RuleId } from '../rules/index.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import { overrideRules } from '../rules/policies/override-rules.ts'
import { type Policy, type RuleWeight, resolveWeight } from '../rules/policy.ts'
import type { ParameterProblem } from './invalid-question-error.ts'
import { findProblems } from './policy-problems.ts'
import { PolicyFileSchema, type RuleOverride } from './policy-schema.ts'

/** A policy file is not valid; the message names each path in it and what is expected there. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError'
}

/** Overrides the policy lynceus with the document of a policy file. Throws a PolicyFileError. */
export function parsePolicy(document: unknown): Policy {
  refuse(findProblems(document ?? {}))
  const { rules = {}, ...figures } = Value.Parse(PolicyFileSchema, document ?? {})
  refuse(Object.entries(rules).flatMap(([rule, override]) => contradictions(rule, override ?? {})))
  return overrideRules({ ...LYNCEUS, ...figures }, weigh(rules))
}

function refuse(problems: readonly ParameterProblem[]): void {
  if (problems.length === 0) return
  throw new PolicyFileError(problems.map(({ name, reason }) => `${name} ${reason}`).join('; '))
}

/** Entries that are valid by themselves, but not together. */
function contradictions(rule: string, override: RuleOverride): ParameterProblem[] {
  const { class: category, seconds, patientSeconds, times } = override
  const name = `rules.${rule}`
  const hasThreshold = seconds !== undefined || patientSeconds !== undefined || times !== undefined
  if (category !== undefined && category !== 'threshold' && hasThreshold)
    return [{ name, reason: `has class ${category}, to which thresholds mean nothing` }]
  const usual = RULES.find(({ id }) => id === rule)?.seconds
  const shorter = patientSeconds !== undefined && patientSeconds < (seconds ?? usual ?? 0)
  return shorter ? [{ name: `${name}.patientSeconds`, reason: 'is less than seconds' }] : []
}

function weigh(
  overrides: Readonly<Partial<Record<string, RuleOverride>>>,
): Partial<Record<RuleId, RuleWeight>> {
  const rules: Partial<Record<RuleId, RuleWeight>> = {}
  for (const rule of RULES) {
    const override = overrides[rule.id]
    if (override === undefined) continue
    const weight = { ...resolveWeight(rule, LYNCEUS), ...override }
    const { seconds = 0, patientSeconds } = weight
    // A rule is never less patient while the cluster does something about the problem.
    rules[rule.id] =
      patientSeconds === undefined ? weight : { ...weight, patientSeconds: Math.max(patientSeconds, seconds) }
  }
  return rules
}
