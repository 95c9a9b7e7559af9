import type { Annotated } from '../kinds/owners.ts'
import type { Seconds } from '../model/meta.ts'
import { type BadAnnotation, parseAnnotations } from './annotations.ts'
import type { Question } from './question.ts'

/** A question as it is about one workload. */
export interface EffectiveQuestion {
  readonly question: Question
  /** `kind/name` of the workload whose annotations count; null where none is known. */
  readonly subject: string | null
  readonly problems: readonly BadAnnotation[]
}

/** Completes a question by what the workload's annotations say. */
export function completeByAnnotations(question: Question, workload: Annotated | null): EffectiveQuestion {
  if (workload === null) return { question, subject: null, problems: [] }
  const { thresholds, problems } = parseAnnotations(workload.annotations)
  return { question: { ...thresholds, ...question }, subject: workload.subject, problems }
}

/**
 * The question about all that it names at once, where pods of several workloads are counted together: annotations count
 * only where all is of one workload.
 */
export function completeTogether(
  question: Question,
  workloads: readonly (Annotated | null)[],
): EffectiveQuestion {
  const [first = null, ...others] = workloads
  return completeByAnnotations(question, others.every((one) => one?.uid === first?.uid) ? first : null)
}

/**
 * With a window that is not in the question, its answer moves with the clock though nothing says when: it is to be looked
 * at again so soon, seconds.
 */
const WINDOW_SECONDS = 1

/** When to look again at an answer, given when its findings change by time. */
export function resolveRecheck(
  asked: Question,
  tuned: readonly EffectiveQuestion[],
  recheckAt: Seconds | null,
  now: Seconds,
): Seconds | null {
  if (tuned.every(({ question }) => question.window === asked.window)) return recheckAt
  return Math.min(recheckAt ?? Number.POSITIVE_INFINITY, now + WINDOW_SECONDS)
}
