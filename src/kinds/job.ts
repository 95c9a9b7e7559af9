import type { PodHistory } from '../model/history.ts'
import { findCondition } from '../model/meta.ts'
import type { ClusterEvent, Job } from '../model/records.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbiddenByEvent } from '../rules/create.ts'
import { JOB_CHECKS, jobFailedAt } from '../rules/job.ts'
import { jobPodFindings } from '../rules/job-pods.ts'
import { isCounted, isOver } from '../rules/pod.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { firstMatch } from '../rules/rule.ts'
import { count } from '../rules/words.ts'
import { type Assessment, assess, newestPodAt } from './assessment.ts'
import { defineKind } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'

/** A Job with its pods. */
export interface JobObjects {
  readonly job: Job
  readonly pods: readonly PodFacts[]
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
  /** Of its pods that were deleted. Absent: none were. */
  readonly deleted?: readonly PodHistory[]
  /** Events about pods of its name. Absent: there are none. */
  readonly listPodEvents?: () => readonly ClusterEvent[]
}

/** A Job runs as long as it runs: only its own deadline counts, which its controller keeps. */
const NO_DEADLINE = Number.POSITIVE_INFINITY

/** Jobs have no observedGeneration; their spec is immutable but for what does not matter here. */
export function judgeJob(objects: JobObjects, context: Context): Assessment {
  const { job, pods, refusal = NOTHING_KNOWN, deleted = [], listPodEvents = () => [] } = objects
  const complete = findCondition(job.conditions, 'Complete') !== undefined
  const inJob = { ...context, owner: 'job' } as const
  const own = firstMatch(JOB_CHECKS, job, inJob)
  const at = complete ? null : jobFailedAt(job)
  const wanted = job.completions ?? 1
  const active = pods.filter(({ pod }) => isCounted(pod) && !isOver(pod)).length
  const idle = complete || own !== null ? 0 : Math.min(job.parallelism, wanted - job.succeeded) - active
  return assess(
    {
      kind: 'Job',
      name: job.name,
      generation: job.generation,
      desired: 0,
      pods: complete ? [] : pods,
      matches: [own, createForbiddenByEvent(refusal, newestPodAt(pods), idle, context.now)],
      others: at === null ? [] : jobPodFindings({ pods, deleted, listEvents: listPodEvents }, at, inJob),
      missing: complete ? null : missing(job, wanted),
      good: `is complete, with ${count(job.succeeded, 'successful pod')}`,
      tolerated: 0,
      progress: { since: job.createdAt, deadlineSeconds: NO_DEADLINE },
    },
    inJob,
  )
}

function missing({ succeeded, failed, backoffLimit, backoffLimitPerIndex }: Job, wanted: number): string {
  const limit =
    backoffLimitPerIndex === null
      ? `${backoffLimit} allowed`
      : `${backoffLimitPerIndex} allowed for each index`
  const failures = failed === 0 ? '' : `, ${count(failed, 'failed pod')} (${limit})`
  return `runs: ${succeeded} of ${count(wanted, 'completion')}${failures}`
}

/** What a Job's verdict depends on. */
export function gatherJob(job: Job, view: NamespaceView): JobObjects {
  return {
    job,
    pods: view.listPods(job),
    refusal: view.gatherRefusal(job, null),
    deleted: view.cluster.histories.ownedBy(job.uid).filter(({ removedAt }) => removedAt !== null),
    listPodEvents: () => view.listPodEvents(`${job.name}-`),
  }
}

export const job = defineKind({
  resource: {
    name: 'jobs',
    group: 'batch',
    kind: 'Job',
    without: 'questions about Jobs and selectors are answered with 503',
  },
  names: ['jobs'],
  needs: ['pods'],
  owners: ['CronJob'],
  gather: gatherJob,
  membership: ({ pods }) => ({ pods }),
  judge: judgeJob,
  templatePath: ['spec', 'template'],
})
