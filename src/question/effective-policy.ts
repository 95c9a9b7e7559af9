import type { Seconds } from '../model/meta.ts'
import { type Context, DEFAULT_SCOPE, type Scope } from '../rules/context.ts'
import { RULES, type RuleId } from '../rules/index.ts'
import { overrideRules } from '../rules/policies/override-rules.ts'
import {
  DEFAULT_LIMITS,
  type RolloutStatusLimits,
  rolloutStatusPolicy,
} from '../rules/policies/rollout-status.ts'
import { type Policy, type RuleWeight, resolveWeight } from '../rules/policy.ts'
import type { Tuning } from './parameters.ts'
import type { Question } from './question.ts'
import { listTunings } from './thresholds.ts'

/** The context in which the rules judge: the server's policy with the thresholds of the question. */
export function resolveContext(question: Question, server: Policy, now: Seconds): Context {
  const tunings = listTunings(question)
  const policy = question.policy === 'rollout-status' ? rolloutStatus(tunings) : tunePolicy(server, tunings)
  let scope: Scope = {
    ...DEFAULT_SCOPE,
    since: baseline(question, now),
    container: question.container,
    quorum: policy.affectedPods === null ? null : { pods: policy.affectedPods },
  }
  for (const tuning of tunings) scope = { ...scope, ...tuning.scope }
  return { policy, now, scope, owner: 'controller' }
}

/** The moment since which terminations count: the later of `since` and the start of the window. Null: each pod's start. */
export function baseline({ since, window }: Question, now: Seconds): Seconds | null {
  const start = Math.max(since, window === undefined ? 0 : now - window)
  return start === 0 ? null : start
}

function rolloutStatus(tunings: readonly Tuning[]): Policy {
  let limits: RolloutStatusLimits = DEFAULT_LIMITS
  for (const tuning of tunings) limits = { ...limits, ...tuning.limits }
  return rolloutStatusPolicy(limits)
}

function tunePolicy(server: Policy, tunings: readonly Tuning[]): Policy {
  const changes = tunings.flatMap(({ weigh }) => weigh ?? [])
  const weights: Partial<Record<RuleId, RuleWeight>> = {}
  for (const change of changes)
    for (const rule of RULES) {
      const changed = change(rule)
      if (changed !== null)
        weights[rule.id] = { ...(weights[rule.id] ?? resolveWeight(rule, server)), ...changed }
    }
  return changes.length === 0 ? server : overrideRules(server, weights)
}
