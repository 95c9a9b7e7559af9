import type { CustomObject, Deployment, Job, Rollout } from '../model/records.ts'
import type { CheckedRule, Match, Rule } from './rule.ts'

const PAUSED = {
  id: 'paused',
  class: 'held',
  code: 'held',
  texts: {
    matches: [
      'DeploymentPaused',
      'RolloutPaused',
      'a pause condition of a Rollout',
      'JobSuspended',
      'paused in the spec or the update strategy of a custom resource',
    ],
    cause: 'Somebody, or a step of a Rollout, paused it.',
    remedy: 'Resume or promote it, or wait until the pause ends.',
  },
} as const satisfies Rule

/** Workloads that a person, or a step of a Rollout, paused. */
export const PAUSE_RULES = [PAUSED] as const

export const DEPLOYMENT_PAUSED = {
  ...PAUSED,
  check: ({ paused }) =>
    paused ? { reason: 'DeploymentPaused', what: 'is paused until somebody resumes it' } : null,
} satisfies CheckedRule<Deployment>

export const JOB_SUSPENDED = {
  ...PAUSED,
  check: ({ suspended }) =>
    suspended ? { reason: 'JobSuspended', what: 'is suspended until somebody resumes it' } : null,
} satisfies CheckedRule<Job>

export const CUSTOM_PAUSED = {
  ...PAUSED,
  check: ({ paused }) => (paused ? { reason: 'Paused', what: 'is paused until somebody resumes it' } : null),
} satisfies CheckedRule<CustomObject>

export const ROLLOUT_PAUSED = { ...PAUSED, check: rolloutPaused } satisfies CheckedRule<Rollout>

function rolloutPaused({ paused, pauseConditions: [condition] }: Rollout): Match | null {
  if (condition !== undefined) {
    const what = `is paused (${condition.reason}); it continues when the pause ends or somebody promotes it`
    return { reason: condition.reason, what, since: condition.startedAt }
  }
  return paused ? { reason: 'RolloutPaused', what: 'is paused until somebody resumes it' } : null
}
