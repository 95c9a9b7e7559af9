import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { RULES, type RuleId } from '../rules/index.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import { overrideRules } from '../rules/policies/override-rules.ts'
import { type Policy, type RuleWeight, resolveWeight } from '../rules/policy.ts'
import { findProblems, type Problem } from './policy-problems.ts'
import { PolicyFileSchema, PolicyFileShape } from './policy-schema.ts'

/** A policy file cannot be used; the message names each path in it and what was expected there. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError'
}

type PolicyFile = Static<typeof PolicyFileShape>
type RuleOverride = NonNullable<PolicyFile['rules']>[string]

/** Lays the document of a policy file over the policy lynceus. Throws a PolicyFileError. */
export function parsePolicy(document: unknown): Policy {
  const file = check(document ?? {})
  const { rules = {}, ...figures } = file
  const problems = Object.entries(rules).flatMap(([rule, override]) => contradictions(rule, override))
  refuse(problems)
  return overrideRules({ ...LYNCEUS, ...figures }, weigh(rules))
}

function check(document: unknown): PolicyFile {
  refuse(findProblems(PolicyFileSchema, document))
  return Value.Parse(PolicyFileShape, document)
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  throw new PolicyFileError(problems.map(({ path, reason }) => `${path} ${reason}`).join('; '))
}

/** What each part allows, but not together. */
function contradictions(rule: string, override: RuleOverride): Problem[] {
  const { class: category, seconds, patientSeconds, times } = override
  const path = `rules.${rule}`
  const hasThreshold = seconds !== undefined || patientSeconds !== undefined || times !== undefined
  if (category !== undefined && category !== 'threshold' && hasThreshold)
    return [{ path, reason: `has class ${category}, to which thresholds mean nothing` }]
  const usual = RULES.find(({ id }) => id === rule)?.seconds
  const shorter = patientSeconds !== undefined && patientSeconds < (seconds ?? usual ?? 0)
  return shorter ? [{ path: `${path}.patientSeconds`, reason: 'is less than seconds' }] : []
}

function weigh(overrides: NonNullable<PolicyFile['rules']>): Partial<Record<RuleId, RuleWeight>> {
  const rules: Partial<Record<RuleId, RuleWeight>> = {}
  for (const rule of RULES) {
    const override = overrides[rule.id]
    if (override !== undefined) rules[rule.id] = weight(resolveWeight(rule, LYNCEUS), override)
  }
  return rules
}

/** NotFoundGrace is never shorter than what is usual. */
function weight(usual: RuleWeight, override: RuleOverride): RuleWeight {
  const { seconds, patientSeconds } = { ...usual, ...override }
  const patience =
    patientSeconds === undefined ? {} : { patientSeconds: Math.max(patientSeconds, seconds ?? 0) }
  return { ...usual, ...override, ...patience }
}
