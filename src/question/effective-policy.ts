import type { Seconds } from '../model/meta.ts'
import type { Context, Quorum } from '../rules/context.ts'
import { RULES, type RuleId } from '../rules/index.ts'
import { overrideRules } from '../rules/policies/override-rules.ts'
import { DEFAULT_LIMITS, rolloutStatusPolicy } from '../rules/policies/rollout-status.ts'
import { type Policy, type RuleWeight, resolveWeight } from '../rules/policy.ts'
import type { Question } from './question.ts'

/** What a question asks of the rules: it may move thresholds of the server's policy, never change what a rule means. */
export function resolveContext(question: Question, server: Policy, now: Seconds): Context {
  const { since, windowSeconds, container, quorum, ignoreSecretNotFound, progressDeadline } = question
  const policy = effectivePolicy(question, server)
  return {
    policy,
    now,
    scope: {
      since: baseline(since, windowSeconds, now),
      container,
      quorum: quorum ?? policyQuorum(policy),
      ignoreSecretNotFound: ignoreSecretNotFound ?? false,
      progressDeadline,
    },
    owner: 'controller',
  }
}

/** The later of both: ends before it do not count. Null: each pod's start. */
export function baseline(since: Seconds, windowSeconds: number | null, now: Seconds): Seconds | null {
  const start = Math.max(since, windowSeconds === null ? 0 : now - windowSeconds)
  return start === 0 ? null : start
}

function policyQuorum({ affectedPods }: Policy): Quorum | null {
  return affectedPods === null ? null : { pods: affectedPods }
}

function effectivePolicy({ policy, retryLimit, pendingDeadline }: Question, server: Policy): Policy {
  if (policy === 'rollout-status') {
    const { retries, pendingSeconds } = DEFAULT_LIMITS
    return rolloutStatusPolicy({
      retries: retryLimit ?? retries,
      pendingSeconds: pendingDeadline ?? pendingSeconds,
    })
  }
  if (retryLimit === null && pendingDeadline === null) return server
  const weights: Partial<Record<RuleId, RuleWeight>> = {}
  for (const rule of RULES) {
    const weight = resolveWeight(rule, server)
    if (retryLimit !== null && rule.counts === 'restarts') weights[rule.id] = { ...weight, times: retryLimit }
    if (pendingDeadline !== null && rule.id === 'unschedulable')
      weights[rule.id] = { ...weight, seconds: pendingDeadline, patientSeconds: pendingDeadline }
  }
  return overrideRules(server, weights)
}
