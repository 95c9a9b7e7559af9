import type { Annotated } from '../kinds/owners.ts'
import type { Seconds } from '../model/meta.ts'
import { parseAnnotations } from './annotations.ts'
import type { ParameterProblem } from './invalid-question-error.ts'
import type { Question } from './question.ts'

/** A question with the thresholds of a workload's annotations. */
export interface EffectiveQuestion {
  readonly question: Question
  /** `kind/name` of the workload whose annotations count; null when none is known. */
  readonly subject: string | null
  readonly problems: readonly ParameterProblem[]
}

/** Adds the thresholds of the workload's annotations; those of the question itself win. */
export function completeByAnnotations(question: Question, workload: Annotated | null): EffectiveQuestion {
  if (workload === null) return { question, subject: null, problems: [] }
  const { thresholds, problems } = parseAnnotations(workload.annotations)
  return { question: { ...thresholds, ...question }, subject: workload.subject, problems }
}

/**
 * Completes a question for a count over the pods of several workloads: annotations count only when all pods belong to one
 * workload.
 */
export function completeTogether(
  question: Question,
  workloads: readonly (Annotated | null)[],
): EffectiveQuestion {
  const [first = null, ...others] = workloads
  return completeByAnnotations(question, others.every((one) => one?.uid === first?.uid) ? first : null)
}

/** A `window` in an annotation changes the answer at moments that nothing gives: it is evaluated again this soon, seconds. */
const WINDOW_RECHECK_SECONDS = 1

/** When to evaluate again. `recheckAt`: when time alone changes the findings. */
export function resolveRecheck(
  asked: Question,
  tuned: readonly EffectiveQuestion[],
  recheckAt: Seconds | null,
  now: Seconds,
): Seconds | null {
  if (tuned.every(({ question }) => question.window === asked.window)) return recheckAt
  return Math.min(recheckAt ?? Number.POSITIVE_INFINITY, now + WINDOW_RECHECK_SECONDS)
}
