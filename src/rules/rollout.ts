import { findCondition } from '../model/meta.ts'
import type { Rollout } from '../model/records.ts'
import { ROLLOUT_PAUSED } from './paused.ts'
import type { CheckedRule, Match, MatchOf, Rule } from './rule.ts'
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

const WORKLOAD_NOT_TAKEN = {
  id: 'workload-not-taken',
  class: 'progressing',
  code: null,
  texts: {
    matches: [
      'a Rollout with workloadRef whose Deployment has another generation than status.workloadObservedGeneration',
      'a Rollout with workloadRef whose Deployment does not exist',
    ],
    cause:
      'Argo Rollouts has not taken over the template of the Deployment that the Rollout refers to: what is healthy is the version before.',
    remedy: 'Look at the logs of the Argo Rollouts controller and at the name in `workloadRef`.',
  },
} as const satisfies Rule

/** What a Rollout does not have of the workload that it refers to. */
export const WORKLOAD_REF_RULES = [WORKLOAD_NOT_TAKEN] as const

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

/**
 * The Deployment that a Rollout refers to has another generation than its controller has taken over (a Deployment that was made anew begins with 1). The annotation by which the
 * controller itself compares may be missing for ever. Old controllers write no generation: then nothing can be said.
 */
export function workloadNotTaken(
  { workloadRef, workloadObservedGeneration }: Rollout,
  generation: number,
): MatchOf<'workload-not-taken'> | null {
  const observed = Number(workloadObservedGeneration)
  if (workloadRef === null || workloadObservedGeneration === '' || observed === generation) return null
  const what = `has taken over generation ${workloadObservedGeneration} of ${workloadRef.kind} ${workloadRef.name}, which has generation ${generation}: what runs is the version before`
  return { rule: WORKLOAD_NOT_TAKEN, reason: 'WorkloadNotObserved', what }
}

/** The Deployment that a Rollout refers to does not exist. */
export function workloadMissing({ workloadRef }: Rollout): MatchOf<'workload-not-taken'> {
  const what = `refers to ${workloadRef?.kind} ${workloadRef?.name}, which does not exist`
  return { rule: WORKLOAD_NOT_TAKEN, reason: 'WorkloadNotFound', what }
}
