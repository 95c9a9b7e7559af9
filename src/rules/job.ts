import { findCondition, type Seconds } from '../model/meta.ts'
import type { Job } from '../model/records.ts'
import type { Context } from './context.ts'
import { JOB_SUSPENDED } from './paused.ts'
import type { CheckedRule, Match, Rule } from './rule.ts'
import { clock, count, quote } from './words.ts'

const JOB_FAILED = {
  id: 'job-failed',
  class: 'fatal',
  code: 'process-crashing',
  texts: {
    matches: [
      'Failed or FailureTarget: BackoffLimitExceeded, PodFailurePolicy, FailedIndexes, MaxFailedIndexesExceeded, DeadlineExceeded',
    ],
    exception:
      'With DeadlineExceeded the code is `not-progressing`. A warning for a CronJob of which a later Job succeeded.',
    cause: 'The Job failed more often than its limits allow, or took longer than its deadline.',
    remedy: 'Read the log of a failed pod; correct the program, `backoffLimit` or `activeDeadlineSeconds`.',
  },
  next: 'last-log',
  isConsequence: true,
  check: failed,
} as const satisfies CheckedRule<Job>

export const JOB_POD_FAILED = {
  id: 'job-pod-failed',
  class: 'warning',
  code: null,
  texts: {
    matches: ['how the pods of a failed Job ended, or what they waited for when it failed'],
    cause:
      'The Job failed because of its pods: their program failed, they were killed, or they never started.',
    remedy: 'Read the log of the pod that the message names, or its events.',
  },
  next: 'last-log',
} as const satisfies Rule

/** Jobs that failed: how their pods ended comes first. */
export const JOB_RULES = [JOB_POD_FAILED, JOB_FAILED] as const

/** What a Job says about itself. Failure comes first: a failed Job can be suspended too, which no longer matters. */
export const JOB_CHECKS = [JOB_FAILED, JOB_SUSPENDED] as const

const DEADLINE = 'DeadlineExceeded'

/** When it was decided that a Job fails, and its controller began to end its pods; null while it has not failed. */
export function jobFailedAt({ conditions }: Job): Seconds | null {
  return (findCondition(conditions, 'FailureTarget') ?? findCondition(conditions, 'Failed'))?.since ?? null
}

/** FailureTarget comes some seconds before Failed, while the Job's pods are still terminating; it is final already. */
function failed(job: Job, { now }: Context): Match | null {
  const condition = findCondition(job.conditions, 'Failed') ?? findCondition(job.conditions, 'FailureTarget')
  if (condition === undefined) return null
  const { reason, message, since } = condition
  const pods = job.failed === 0 ? '' : ` after ${count(job.failed, 'failed pod')}`
  const what = `failed at ${clock(since, now)}${pods}: ${quote(message === '' ? reason : message)}`
  return { reason, what, since, ...(reason === DEADLINE ? { code: 'not-progressing' } : {}) }
}
