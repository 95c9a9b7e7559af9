import type { Rollout } from '../model/records.ts'
import type { Rule } from './rule.ts'
import type { RuleMatch } from './rule-match.ts'
import { quote } from './words.ts'

/** What an Argo Rollout says of itself; rules for a generation that is observed. */
export const ROLLOUT_RULES: readonly Rule<Rollout>[] = [degraded, paused]

/** Whether the controller has taken over what is wanted now (argo-rollouts utils/rollout, observedGeneration is a string). */
export function isObserved(rollout: Rollout): boolean {
  const observed = Number(rollout.observedGeneration)
  const numeric = rollout.observedGeneration !== '' && Number.isInteger(observed)
  if (rollout.observedGeneration === '') return false
  if (numeric && observed < rollout.generation) return false
  if (rollout.workloadRef === null) return true
  const wanted = rollout.annotations['rollout.argoproj.io/workload-generation'] ?? ''
  return wanted === '' || rollout.workloadObservedGeneration === wanted
}

function degraded(rollout: Rollout): RuleMatch | null {
  const invalid = rollout.conditions.find(({ type, status }) => type === 'InvalidSpec' && status === 'True')
  if (invalid !== undefined) {
    const reason = invalid.reason === '' ? 'InvalidSpec' : invalid.reason
    return {
      rule: 'rollout-degraded',
      reason,
      what: `has an invalid spec: ${quote(invalid.message)}`,
      since: invalid.since,
    }
  }
  const progressing = rollout.conditions.find(({ type }) => type === 'Progressing')
  const reason = progressing?.reason ?? ''
  if (rollout.aborted || reason === 'RolloutAborted') {
    const detail = rollout.message === '' ? '' : `: ${quote(rollout.message)}`
    const since = progressing?.updatedAt ?? null
    return { rule: 'rollout-degraded', reason: 'RolloutAborted', what: `was aborted${detail}`, since }
  }
  if (rollout.phase !== 'Degraded' && reason !== 'ProgressDeadlineExceeded') return null
  const detail = rollout.message === '' ? (progressing?.message ?? '') : rollout.message
  return {
    rule: 'rollout-degraded',
    reason: reason === '' ? 'Degraded' : reason,
    what: `is degraded: ${quote(detail)}`,
    since: progressing?.updatedAt ?? null,
  }
}

function paused(rollout: Rollout): RuleMatch | null {
  const [condition] = rollout.pauseConditions
  if (condition !== undefined) {
    const what = `is paused (${condition.reason}) and goes on when the pause is over or somebody promotes it`
    return { rule: 'paused', reason: condition.reason, what, since: condition.startedAt }
  }
  if (rollout.paused)
    return { rule: 'paused', reason: 'RolloutPaused', what: 'is paused, until somebody resumes it' }
  return null
}
