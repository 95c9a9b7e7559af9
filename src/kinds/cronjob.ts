import { findCondition, type OwnerRef, type Seconds } from '../model/meta.ts'
import type { CronJob, Job } from '../model/records.ts'
import type { Context } from '../rules/context.ts'
import { createForbiddenByEvent } from '../rules/create.ts'
import type { Finding } from '../rules/finding.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { clock } from '../rules/words.ts'
import { type Assessment, assess } from './assessment.ts'
import {
  completeMembership,
  defineKind,
  type KindDescriptor,
  type MembershipInput,
  type Workload,
} from './descriptor.ts'
import { gatherJob, type JobObjects, judgeJob } from './job.ts'
import type { NamespaceView } from './namespace-view.ts'

/** A CronJob with its Jobs: those that run, and the finished ones that its history limits keep. */
interface CronJobObjects {
  readonly name: string
  /** Null where CronJobs may not be read: then the verdict depends on the Jobs alone. */
  readonly cronJob: CronJob | null
  readonly jobs: readonly JobObjects[]
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
}

/** A CronJob runs when its schedule says, which Lynceus does not read: no moment is known by which it must have succeeded. */
const NO_DEADLINE = Number.POSITIVE_INFINITY

/** Good while it is suspended, or when the Job that finished last succeeded; older failures do not count. */
function judgeCronJob(objects: CronJobObjects, context: Context): Assessment {
  const { name, cronJob, jobs, refusal = NOTHING_KNOWN } = objects
  const suspended = cronJob?.suspended === true
  const succeededAt = lastSuccess(objects)
  const bad = newest(jobs.filter(({ job }) => failedAt(job) > 0))
  const failed = bad !== null && failedAt(bad.job) > succeededAt ? bad : null
  // Before any Job has finished, the findings of the running one may show that it will fail.
  const shown = failed ?? (succeededAt === 0 ? newest(jobs) : null)
  const isOpen = !suspended && failed === null && succeededAt === 0
  const newestAt = newest(jobs)?.job.createdAt ?? 0
  return assess(
    {
      kind: 'CronJob',
      name,
      generation: cronJob?.generation ?? null,
      desired: 0,
      pods: [],
      matches: [createForbiddenByEvent(refusal, newestAt, isOpen ? 1 : 0, context.now, 'its Jobs')],
      others: suspended ? [] : [...listJobFindings(shown, context), ...history(bad, failed, context)],
      missing: isOpen ? 'has no Job that has finished yet' : lostRun(objects, succeededAt, context),
      good: suspended ? 'is suspended' : `last succeeded at ${clock(succeededAt, context.now)}`,
      tolerated: 0,
      progress: { since: cronJob?.createdAt ?? 0, deadlineSeconds: NO_DEADLINE },
    },
    { ...context, owner: 'job' },
  )
}

/**
 * That its last Job is gone and did not succeed, as far as its controller saw: no failed Job is left where the history
 * keeps none (failedJobsHistoryLimit: 0), and one that was deleted as soon as it ended may have succeeded unseen.
 */
function lostRun({ cronJob, jobs }: CronJobObjects, succeededAt: Seconds, { now }: Context): string | null {
  if (cronJob === null || cronJob.suspended || cronJob.active > 0) return null
  const { scheduledAt } = cronJob
  if (succeededAt >= scheduledAt || jobs.some(({ job }) => job.createdAt >= scheduledAt)) return null
  return `ran last at ${clock(scheduledAt, now)}: that Job is gone, and no success of it was noted`
}

function listJobFindings(shown: JobObjects | null, context: Context): readonly Finding[] {
  return shown === null ? [] : judgeJob(shown, context).findings
}

/** A Job that failed before a later one succeeded is worth knowing, and decides nothing. */
function history(bad: JobObjects | null, failed: JobObjects | null, context: Context): readonly Finding[] {
  if (bad === null || bad === failed) return []
  return listJobFindings(bad, context)
    .filter(({ rule }) => rule === 'job-failed')
    .map((one) => ({ ...one, class: 'warning', reached: false }))
}

/** When a Job last succeeded; 0: never. The history may hold no good Job (successfulJobsHistoryLimit: 0). */
function lastSuccess({ cronJob, jobs }: CronJobObjects): Seconds {
  return Math.max(cronJob?.succeededAt ?? 0, ...jobs.map(({ job }) => completedAt(job)))
}

function completedAt(job: Job): Seconds {
  const complete = findCondition(job.conditions, 'Complete')
  return complete === undefined ? 0 : Math.max(job.completedAt, complete.since)
}

function failedAt({ conditions }: Job): Seconds {
  return findCondition(conditions, 'Failed')?.since ?? 0
}

/** By creation, as their schedule made them. */
function newest(jobs: readonly JobObjects[]): JobObjects | null {
  return jobs.reduce<JobObjects | null>(
    (best, one) => (best === null || one.job.createdAt > best.job.createdAt ? one : best),
    null,
  )
}

function membership({ jobs }: CronJobObjects): MembershipInput {
  const last = newest(jobs)
  return last === null ? { pods: [], owners: [] } : { pods: last.pods, owners: [last.job.uid] }
}

function gatherJobs({ uid }: Pick<OwnerRef, 'uid'>, view: NamespaceView): JobObjects[] {
  return view.objects.jobs.ownedBy(uid).map((job) => gatherJob(job, view))
}

/** A CronJob by one of its Jobs, also where CronJobs may not be read. */
function adopt(ref: OwnerRef, view: NamespaceView): Workload {
  const known = view.objects.cronjobs.byUid(ref.uid) ?? null
  const objects = {
    name: ref.name,
    cronJob: known,
    jobs: gatherJobs(ref, view),
    refusal: view.gatherRefusal(ref, null),
  }
  return {
    apiKind: 'CronJob',
    record: known,
    ownedBy: known === null ? ref : known.owner,
    ...completeMembership(known ?? ref, membership(objects)),
    judge: (context) => judgeCronJob(objects, context),
  }
}

export const cronjob: KindDescriptor<'cronjobs'> = {
  ...defineKind({
    resource: {
      name: 'cronjobs',
      group: 'batch',
      kind: 'CronJob',
      without: 'questions about CronJobs are answered with 503; selectors judge them by their Jobs alone',
    },
    names: ['cronjobs', 'cj'],
    needs: ['jobs', 'pods'],
    dispensable: 'where-refused',
    gather: (record, view): CronJobObjects => ({
      name: record.name,
      cronJob: record,
      jobs: gatherJobs(record, view),
      refusal: view.gatherRefusal(record, null),
    }),
    membership,
    judge: judgeCronJob,
    templatePath: ['spec', 'jobTemplate', 'spec', 'template'],
  }),
  adopt,
}
