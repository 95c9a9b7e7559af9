import type { Condition } from '../../model/meta.ts'
import type { Pod } from '../../model/pod.ts'
import type { Job } from '../../model/workloads.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import type { Policy, RuleId } from '../policy.ts'
import { type Judgement, judge } from '../verdict.ts'
import { plural, quoted } from '../wording.ts'
import { createForbiddenByEvents, findingsOfPods, incomplete } from './shared.ts'

/** In a Job a crash is a try, and the Job's own limits say how many there are. */
const TRIES: readonly RuleId[] = [
  'bad-command',
  'lifecycle-hook',
  'crash-loop',
  'exit-loop',
  'oom',
  'init-failure',
  'sidecar-crash',
  'evicted',
  'pod-failed',
]

function lenient(policy: Policy): Policy {
  const rules = { ...policy.rules }
  for (const rule of TRIES) rules[rule] = { class: 'progressing', code: null }
  return { ...policy, rules }
}

/** A Job: its conditions decide; its pods can only say that it can never start. */
export function judgeJob(job: Job, pods: readonly Pod[], context: Context): Judgement {
  const subject = `job/${job.name}`
  const complete = condition(job, 'Complete') ?? condition(job, 'SuccessCriteriaMet')
  const wanted = job.completions ?? job.parallelism
  return judge(
    {
      target: subject,
      revision: null,
      generation: null,
      pods,
      desired: wanted,
      tolerated: 0,
      findings: complete === undefined ? openFindings(job, pods, subject, context) : [],
      good: `${subject} is complete`,
    },
    context,
  )
}

function condition(job: Job, wanted: string): Condition | undefined {
  return job.conditions.find(({ type, status }) => type === wanted && status === 'True')
}

function openFindings(job: Job, pods: readonly Pod[], subject: string, context: Context): Finding[] {
  const failed = condition(job, 'Failed') ?? condition(job, 'FailureTarget')
  if (failed !== undefined) {
    const late = failed.reason === 'DeadlineExceeded'
    const what = late ? 'ran longer than its deadline' : `failed after ${plural(job.failed, 'failed pod')}`
    const message = `${subject} ${what}: ${quoted(failed.message)}`
    return [
      finding(
        context,
        { rule: late ? 'job-deadline' : 'job-failed', reason: failed.reason, since: failed.since, message },
        subject,
      ),
    ]
  }
  if (job.suspended) {
    const message = `${subject} is suspended; resume it to go on`
    return [finding(context, { rule: 'paused', reason: 'JobSuspended', message }, subject)]
  }
  const tries =
    job.failed === 0 ? '' : `, ${job.failed} failed and were tried again (at most ${job.backoffLimit})`
  const progress = `${subject} has ${job.succeeded} of ${job.completions ?? 1} done${tries}`
  const patient = { ...context, policy: lenient(context.policy) }
  return [
    ...findingsOfPods(pods, patient),
    ...createForbiddenByEvents(
      subject,
      job.uid,
      Math.max(0, ...pods.map(({ createdAt }) => createdAt)),
      context,
    ),
    incomplete(subject, progress, context),
  ]
}
