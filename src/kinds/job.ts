import { findCondition } from '../model/meta.ts'
import type { ClusterEvent, Job } from '../model/records.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbiddenByEvent } from '../rules/create.ts'
import { JOB_CHECKS } from '../rules/job.ts'
import { isCounted, isOver } from '../rules/pod.ts'
import { firstMatch } from '../rules/rule.ts'
import { count } from '../rules/words.ts'
import { type Assessment, assess, newestPodAt } from './assessment.ts'
import { defineKind } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'

/** A Job with its pods. */
export interface JobObjects {
  readonly job: Job
  readonly pods: readonly PodFacts[]
  readonly events: readonly ClusterEvent[]
}

/** A Job runs as long as it runs: only its own deadline counts, which its controller keeps. */
const NO_DEADLINE = Number.POSITIVE_INFINITY

/** Jobs have no observedGeneration; their spec is immutable but for what does not matter here. */
export function judgeJob({ job, pods, events }: JobObjects, context: Context): Assessment {
  const complete = findCondition(job.conditions, 'Complete') !== undefined
  const own = firstMatch(JOB_CHECKS, job, { ...context, owner: 'job' })
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
      matches: [own, createForbiddenByEvent(events, newestPodAt(pods), idle, context.now)],
      missing: complete ? null : missing(job, wanted),
      good: `is complete, with ${count(job.succeeded, 'successful pod')}`,
      tolerated: 0,
      progress: { since: job.createdAt, deadlineSeconds: NO_DEADLINE },
    },
    { ...context, owner: 'job' },
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
  return { job, pods: view.listPods(job), events: view.listEvents(job) }
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
