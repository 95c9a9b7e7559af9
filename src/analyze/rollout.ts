import type { Assessment } from '../kinds/assessment.ts'
import { findAnnotated } from '../kinds/owners.ts'
import type { Seconds } from '../model/meta.ts'
import { completeByAnnotations, completeTogether, resolveRecheck } from '../question/annotations.ts'
import { baseline, resolveContext } from '../question/effective-policy.ts'
import { type Question, targetText } from '../question/question.ts'
import type { ResolvedTarget } from '../question/resolved-target.ts'
import type { Policy } from '../rules/policy.ts'
import { tooFewPods, unknownContainer } from '../rules/question.ts'
import { weighByRecord } from '../rules/rule-match.ts'
import type { Verdict } from '../rules/verdict.ts'
import { count } from '../rules/words.ts'
import { annotationNotes, answerBy, type BareAnswer, eventNotes, type TimedAnswer } from './answer.ts'
import type { Answer } from './answer-schema.ts'
import { countCrashes, sumRestarts } from './crash-count.ts'
import { defineAnalysis } from './evaluate.ts'

/** Has the target rolled out, is it stuck, is it dead? Of several workloads all must pass. */
export const analyzeRollout = defineAnalysis(judgeRollout)

/** Judges the rollout of a resolved target. `limit`: the limit of crashes in the question or an annotation. */
export function judgeRollout(
  resolved: ResolvedTarget,
  question: Question,
  now: Seconds,
  policy: Policy,
): TimedAnswer<BareAnswer> & { readonly limit: number | null } {
  const found = resolved.workloads.map((workload) => {
    const annotated = findAnnotated(workload, resolved.view)
    return { workload, annotated, tuned: completeByAnnotations(question, annotated) }
  })
  const tuned = found.map((one) => one.tuned)
  const annotated = found.map((one) => one.annotated)
  const together = completeTogether(question, annotated).question
  const assessments = found.map((one) => one.workload.judge(resolveContext(one.tuned.question, policy, now)))
  const worst = assessments.toSorted(
    (left, right) =>
      SEVERITY[right.verdict] - SEVERITY[left.verdict] || (left.target < right.target ? -1 : 1),
  )
  const { members } = resolved
  const since = baseline(together, now)
  const sum = (read: (one: Assessment) => number): number =>
    assessments.reduce((total, one) => total + read(one), 0)
  const pods = sum((one) => one.pods)
  const rolledOut = summarize(worst)
  const minPods = together.minPods ?? 0
  // Without the check of the container, a typing error in its name would look healthy.
  const match =
    rolledOut.verdict !== 'pass'
      ? null
      : pods < minPods
        ? tooFewPods(pods, minPods, 'exist')
        : unknownContainer(members.pods, question.container)
  const objection = match && weighByRecord(match, targetText(question.target), question.container)
  const findings = [...(objection === null ? [] : [objection]), ...worst.flatMap((one) => one.findings)]
  const [only, ...others] = assessments
  return {
    answer: {
      ...(objection === null ? rolledOut : answerBy(objection)),
      crashes: countCrashes(members.histories, since, question.container).crashes,
      restarts: sumRestarts(members.pods.filter(({ deletedAt }) => deletedAt === null)),
      pods,
      readyPods: sum((one) => one.readyPods),
      failingPods: sum((one) => one.failingPods),
      desired: sum((one) => one.desired),
      revision: others.length === 0 ? (only?.revision ?? null) : null,
      generation: others.length === 0 ? (only?.generation ?? null) : null,
      findings,
      notes: [...eventNotes(resolved.view), ...annotationNotes(tuned)],
      workloads: worst,
    },
    limit: together.limit ?? null,
    recheckAt: resolveRecheck(question, tuned, earliest(assessments, now), now),
    unknown: findings.filter(({ rule }) => rule === 'unknown-reason'),
  }
}

/** From good to bad: the worst of several workloads decides. */
const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, pending: 1, unknown: 2, fail: 3 }

/** The verdict on several workloads is that of the worst, which comes first. */
function summarize(worst: readonly Assessment[]): Pick<Answer, 'verdict' | 'code' | 'reason' | 'message'> {
  const [first] = worst
  // A target without workloads has thrown a NotFoundError before.
  if (first === undefined) throw new Error('no workload to judge')
  const { verdict, code, reason, message } = first
  const alike = worst.filter((one) => one.verdict === verdict).length
  if (worst.length === 1) return { verdict, code, reason, message }
  if (verdict === 'pass')
    return { verdict, code, reason, message: `All ${worst.length} workloads are complete.` }
  const all = count(worst.length, 'workload')
  return { verdict, code, reason, message: `${message} (${alike} of ${all} ${verdict})` }
}

/** When time alone changes a finding next; null: never. */
function earliest(assessments: readonly Assessment[], now: Seconds): Seconds | null {
  const moments = assessments.flatMap(({ findings }) => findings.map(({ changesAt }) => changesAt ?? 0))
  const next = Math.min(...moments.filter((at) => at > now))
  return Number.isFinite(next) ? next : null
}
