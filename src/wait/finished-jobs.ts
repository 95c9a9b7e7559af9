import { adviseByRule } from '../analyze/advice.ts'
import { listFindings, rfc3339, truncateMessage } from '../analyze/answer.ts'
import type { Answer } from '../analyze/answer-schema.ts'
import type { Assessment } from '../kinds/assessment.ts'
import { judgeJob } from '../kinds/job.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import type { Seconds } from '../model/meta.ts'
import type { Question, Target } from '../question/question.ts'
import { ResolvedTarget } from '../question/resolved-target.ts'
import { DEFAULT_SCOPE } from '../rules/context.ts'
import type { Policy } from '../rules/policy.ts'
import { withoutStop } from '../rules/words.ts'

/** The Jobs that a gate waits for, by UID. A Job may finish and be deleted (ttlSecondsAfterFinished) before it was seen finished. */
export class FinishedJobs {
  readonly #question: Question
  /** Those of the last evaluation; empty when the target is something else too. */
  #awaited: readonly string[] = []

  constructor(question: Question) {
    this.#question = question
  }

  /** Notes the Jobs that the target names now. Throws as the analysis does. */
  observe(view: NamespaceView): void {
    const { target } = this.#question
    if (!mayBeJobs(target)) return
    const { workloads } = new ResolvedTarget(target, view)
    const jobs = workloads.filter(({ apiKind }) => apiKind === 'Job').map(({ record }) => record?.uid ?? '')
    this.#awaited = jobs.length === workloads.length ? jobs : []
  }

  /** The answer about the Jobs that are gone, when all of them had finished; null: not all had, or the target is something else. */
  answer(view: NamespaceView, last: Answer, policy: Policy, now: Seconds): Answer | null {
    if (this.#awaited.length === 0) return null
    const gone = view.cluster.past.finishedJobs(view.namespace)
    const jobs = this.#awaited.map((uid) => gone.find((job) => job.uid === uid))
    const context = { policy, now, scope: DEFAULT_SCOPE, owner: 'job' } as const
    const judged: Assessment[] = []
    for (const job of jobs) {
      if (job === undefined) return null
      const deleted = view.cluster.histories.ownedBy(job.uid)
      judged.push(
        judgeJob(
          { job, pods: [], deleted, listPodEvents: () => view.listPodEvents(`${job.name}-`) },
          context,
        ),
      )
    }
    const worst = judged.find(({ verdict }) => verdict === 'fail') ?? judged[0]
    if (worst === undefined) return null
    const { verdict, code, reason } = worst
    const message = truncateMessage(`${withoutStop(worst.message)}; it was deleted after it had finished.`)
    const lists =
      last.findings === undefined ? {} : listFindings({ findings: worst.findings, notes: [] }, adviseByRule)
    return { ...last, verdict, code, reason, message, evaluatedAt: rfc3339(now), ...lists }
  }
}

function mayBeJobs(target: Target): boolean {
  return target.type === 'selector' || (target.type === 'object' && target.kind === 'job')
}
