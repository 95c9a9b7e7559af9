import type { TimedAnswer } from '../analyze/answer.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question } from '../question/question.ts'
import type { Policy } from '../rules/policy.ts'
import type { Reading } from './question-watch.ts'

/** Answers a question from the view. Throws a NotFoundError or an UnavailableError. */
export type Analyze<Q extends Question> = (
  view: ClusterView,
  question: Q,
  now: Seconds,
  staleAfterSeconds: Seconds,
  policy: Policy,
) => TimedAnswer

/** What questions are answered from. */
export interface AnalysisContext {
  readonly view: ClusterView
  readonly now: () => Seconds
  readonly staleAfterSeconds: Seconds
  /** The server's, over which annotations and the question itself go. */
  readonly policy: Policy
}

/** An evaluation with the version that the question's namespace had at that moment. */
export interface Evaluated extends TimedAnswer {
  readonly version: number
}

/** What came of one evaluation: errors that may pass are values, as a waiter may wait until they have passed. */
export type Attempt =
  | { readonly type: 'evaluated'; readonly evaluated: Evaluated }
  | { readonly type: 'not-found'; readonly error: NotFoundError }
  | { readonly type: 'unavailable'; readonly error: UnavailableError }

/** A question with the analysis that answers it. */
export interface AskedQuestion {
  readonly question: Question
  /** Equal for equal questions to the same analysis. */
  readonly key: () => string
  /** Evaluates now. Throws what is neither a NotFoundError nor an UnavailableError. */
  readonly attempt: () => Attempt
}

/** `name` tells the analysis from others. */
export function askQuestion<Q extends Question>(
  name: string,
  question: Q,
  analyze: Analyze<Q>,
  { view, now, staleAfterSeconds, policy }: AnalysisContext,
): AskedQuestion {
  return {
    question,
    key: () => `${name} ${JSON.stringify(question)}`,
    attempt: () => {
      try {
        const version = view.version(question.namespace)
        const evaluation = analyze(view, question, now(), staleAfterSeconds, policy)
        return { type: 'evaluated', evaluated: { ...evaluation, version } }
      } catch (error) {
        if (error instanceof NotFoundError) return { type: 'not-found', error }
        if (error instanceof UnavailableError) return { type: 'unavailable', error }
        throw error
      }
    },
  }
}

/** The evaluation, or throws the error instead of it. */
export function unwrapAttempt(attempt: Attempt): Evaluated {
  if (attempt.type === 'evaluated') return attempt.evaluated
  throw attempt.error
}

/** The attempt as what a watch of the question reads. */
export function readAttempt({ attempt }: AskedQuestion): Reading<Attempt> {
  const value = attempt()
  const recheckAt = value.type === 'evaluated' ? value.evaluated.recheckAt : null
  return { value, recheckAt, final: false }
}
