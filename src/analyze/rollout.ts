import type { Assessment } from '../kinds/assessment.ts'
import { findAnnotated } from '../kinds/owners.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ClusterView } from '../model/view.ts'
import { baseline, resolveContext } from '../question/effective-policy.ts'
import { completeByAnnotations, completeTogether, resolveRecheck } from '../question/effective-question.ts'
import type { Question } from '../question/question.ts'
import type { ResolvedTarget } from '../question/resolved-target.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { Policy } from '../rules/policy.ts'
import type { Verdict } from '../rules/verdict.ts'
import { count } from '../rules/words.ts'
import { type AnswerFinding, details, type Evaluation } from './answer.ts'
import { unknownContainer } from './container-name.ts'
import { countCrashes, sumRestarts } from './crash-count.ts'
import { evaluate, type Outcome } from './evaluate.ts'
import { annotationNotes, eventNotes } from './notes.ts'

/**
 * Has the target rolled out, is it stuck, is it dead? Of several workloads all must pass. `policy` is the server's, over
 * which annotations and the question itself go. See evaluate() for what it throws.
 */
export function analyzeRollout(
  view: ClusterView,
  question: Question,
  now: Seconds,
  staleAfterSeconds: number,
  policy: Policy = LYNCEUS,
): Evaluation {
  return evaluate(view, question, now, staleAfterSeconds, (resolved) =>
    rolloutOutcome(resolved, question, now, policy),
  )
}

/** An outcome with the limit of crashes that is in force, by the question or by annotation. */
export interface RolloutOutcome extends Outcome {
  readonly limit: number | null
}

export function rolloutOutcome(
  resolved: ResolvedTarget,
  question: Question,
  now: Seconds,
  policy: Policy,
): RolloutOutcome {
  const found = resolved.workloads.map((workload) => {
    const annotated = findAnnotated(workload, resolved.view)
    return { workload, annotated, tuned: completeByAnnotations(question, annotated) }
  })
  const tuned = found.map((one) => one.tuned)
  const together = completeTogether(
    question,
    found.map(({ annotated }) => annotated),
  ).question
  const judgements = found.map((one) => one.workload.judge(resolveContext(one.tuned.question, policy, now)))
  const worst = judgements.toSorted(
    (left, right) =>
      SEVERITY[right.verdict] - SEVERITY[left.verdict] || (left.target < right.target ? -1 : 1),
  )
  const { members } = resolved
  const since = baseline(question.since, together.windowSeconds, now)
  const sum = (of: (one: Assessment) => number): number =>
    judgements.reduce((total, one) => total + of(one), 0)
  const pods = sum((one) => one.pods)
  const enough = enoughPods(chooseLead(worst), pods, together.minPods ?? 0)
  const lead = knownContainer(enough, members.pods, question.container)
  const [only, ...others] = judgements
  return {
    ...lead,
    crashes: countCrashes(members.histories, since, question.container).crashes,
    restarts: sumRestarts(members.pods.filter(({ deletedAt }) => deletedAt === null)),
    pods,
    readyPods: sum((one) => one.readyPods),
    failingPods: sum((one) => one.failingPods),
    desired: sum((one) => one.desired),
    revision: others.length === 0 ? (only?.revision ?? null) : null,
    generation: others.length === 0 ? (only?.generation ?? null) : null,
    limit: together.limit,
    recheckAt: resolveRecheck(question, tuned, earliest(judgements, now), now),
    unknown: judgements.flatMap(({ findings }) => findings.filter(({ rule }) => rule === 'unknown-reason')),
    details: withNotes(details(worst), [...eventNotes(resolved.view), ...annotationNotes(tuned)]),
  }
}

/** From good to bad: the worst of several workloads decides. */
const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, pending: 1, unknown: 2, fail: 3 }

type Lead = Pick<Outcome, 'verdict' | 'code' | 'reason' | 'message'>

function chooseLead(worst: readonly Assessment[]): Lead {
  const [first] = worst
  if (first === undefined) return { verdict: 'pending', code: null, reason: null, message: 'Nothing exists.' }
  const { verdict, code, reason, message } = first
  const alike = worst.filter((one) => one.verdict === verdict).length
  if (worst.length === 1) return { verdict, code, reason, message }
  if (verdict === 'pass')
    return { verdict, code, reason, message: `All ${worst.length} workloads are complete.` }
  return {
    verdict,
    code,
    reason,
    message: `${message} (${alike} of ${count(worst.length, 'workload')} ${verdict})`,
  }
}

function enoughPods(lead: Lead, pods: number, minPods: number): Lead {
  if (lead.verdict !== 'pass' || pods >= minPods) return lead
  const message = `${pods} of at least ${count(minPods, 'pod')} exist.`
  return { verdict: 'pending', code: null, reason: null, message }
}

/** Who asks about a container that there is not would else be told that all is well with it. */
function knownContainer(lead: Lead, pods: readonly Pod[], container: string | null): Lead {
  const message = lead.verdict === 'pass' ? unknownContainer(pods, container) : null
  return message === null ? lead : { verdict: 'pending', code: null, reason: null, message }
}

function earliest(judgements: readonly Assessment[], now: Seconds): Seconds | null {
  const moments = judgements
    .flatMap(({ findings }) => findings)
    .map(({ changesAt }) => changesAt)
    .filter((at) => at !== null && at > now)
  return moments.reduce<Seconds | null>(
    (least, at) => (least === null || (at ?? 0) < least ? at : least),
    null,
  )
}

function withNotes(full: ReturnType<typeof details>, notes: readonly AnswerFinding[]) {
  return notes.length === 0 ? full : { ...full, findings: [...full.findings, ...notes] }
}
