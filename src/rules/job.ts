import type { Job } from '../model/records.ts'
import type { Rule } from './rule.ts'
import type { RuleMatch } from './rule-match.ts'
import { clock, count, quote } from './words.ts'

/** What a Job says of itself. A failed one comes first: it can be suspended too, but that is over. */
export const JOB_RULES: readonly Rule<Job>[] = [failed, suspended]

const DEADLINE = 'DeadlineExceeded'

/** FailureTarget comes some seconds before Failed, when the Job's pods are still being ended; it is final already. */
function failed(job: Job): RuleMatch | null {
  const condition =
    job.conditions.find(({ type, status }) => type === 'Failed' && status === 'True') ??
    job.conditions.find(({ type, status }) => type === 'FailureTarget' && status === 'True')
  if (condition === undefined) return null
  const { reason, message, since } = condition
  const pods = job.failed === 0 ? '' : ` after ${count(job.failed, 'failed pod')}`
  const what = `failed at ${clock(since)}${pods}: ${quote(message === '' ? reason : message)}`
  const draft: RuleMatch = { rule: 'job-failed', reason, what, since }
  return reason === DEADLINE ? { ...draft, code: 'not-progressing' } : draft
}

function suspended(job: Job): RuleMatch | null {
  if (!job.suspended) return null
  return { rule: 'paused', reason: 'JobSuspended', what: 'is suspended, until somebody resumes it' }
}
