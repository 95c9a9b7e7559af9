import { findCondition } from '../model/meta.ts'
import type { Rollout } from '../model/records.ts'
import { ROLLOUT_PAUSED } from './paused.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote } from './words.ts'

const DEGRADED = {
  id: 'rollout-degraded',
  class: 'fatal',
  code: 'not-progressing',
  texts: {
    matches: ['phase Degraded', 'RolloutAborted', 'InvalidSpec', 'ProgressDeadlineExceeded of a Rollout'],
    cause: 'An Argo Rollout was aborted (by an analysis or a person), is invalid, or made no progress.',
    remedy: 'The message says why. Fix that, then `kubectl argo rollouts retry rollout NAME`.',
  },
  isConsequence: true,
  check: degraded,
} as const satisfies CheckedRule<Rollout>

/** What an Argo Rollout says about its failure; only for a generation that its controller has observed. */
export const ROLLOUT_RULES = [DEGRADED] as const

/** All that an Argo Rollout says about itself; only for a generation that its controller has observed. */
export const ROLLOUT_CHECKS = [DEGRADED, ROLLOUT_PAUSED] as const

/** Whether the controller has observed the newest spec (argo-rollouts utils/rollout; observedGeneration is a string). */
export function isObserved(rollout: Rollout): boolean {
  const observed = Number(rollout.observedGeneration)
  const numeric = rollout.observedGeneration !== '' && Number.isInteger(observed)
  if (rollout.observedGeneration === '') return false
  if (numeric && observed < rollout.generation) return false
  if (rollout.workloadRef === null) return true
  const wanted = rollout.annotations['rollout.argoproj.io/workload-generation'] ?? ''
  return wanted === '' || rollout.workloadObservedGeneration === wanted
}

function degraded(rollout: Rollout): Match | null {
  const invalid = findCondition(rollout.conditions, 'InvalidSpec')
  if (invalid !== undefined) {
    const reason = invalid.reason === '' ? 'InvalidSpec' : invalid.reason
    return { reason, what: `has an invalid spec: ${quote(invalid.message)}`, since: invalid.since }
  }
  const progressing = rollout.conditions.find(({ type }) => type === 'Progressing')
  const reason = progressing?.reason ?? ''
  const since = progressing?.updatedAt ?? null
  if (rollout.aborted || reason === 'RolloutAborted') {
    return { reason: 'RolloutAborted', what: `was aborted${describeAbort(rollout)}`, since }
  }
  if (rollout.phase !== 'Degraded' && reason !== 'ProgressDeadlineExceeded') return null
  const detail = rollout.message === '' ? (progressing?.message ?? '') : rollout.message
  return { reason: reason === '' ? 'Degraded' : reason, what: `is degraded: ${quote(detail)}`, since }
}

/** The controller's message is a sentence, or only the reason of the pause in which the Rollout was aborted. */
function describeAbort({ message }: Rollout): string {
  if (message === '') return ''
  return /^\w+$/.test(message) ? ` (it was at the step ${message})` : `: ${quote(message)}`
}
