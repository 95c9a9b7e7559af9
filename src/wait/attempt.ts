import type { TimedAnswer } from '../analyze/answer.ts'
import type { Analyze } from '../analyze/evaluate.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question } from '../question/question.ts'
import type { Policy } from '../rules/policy.ts'
import type { QuestionWatch } from './question-watch.ts'
import type { WatchTable } from './watch-table.ts'

/** What questions are answered from. */
export interface AnalysisContext {
  readonly view: ClusterView
  readonly now: () => Seconds
  readonly staleAfterSeconds: Seconds
  /** The server's policy; annotations and the question itself override its thresholds. */
  readonly policy: Policy
}

/** An evaluation with the version that the question's namespace had at that moment. */
export interface Evaluated extends TimedAnswer {
  readonly version: number
}

/** The result of one evaluation. Errors that may pass are values, so that a waiter can wait until they have passed. */
export type Attempt = Evaluated | NotFoundError | UnavailableError

/** A question with the analysis that answers it. */
export interface AskedQuestion {
  readonly question: Question
  /** Equal for equal questions to the same analysis. */
  readonly key: () => string
  /** Evaluates now. Throws what is neither a NotFoundError nor an UnavailableError. */
  readonly attempt: () => Attempt
}

/** `name` distinguishes the analysis from others. */
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
        return { ...analyze(view, question, now(), staleAfterSeconds, policy), version }
      } catch (error) {
        if (error instanceof NotFoundError || error instanceof UnavailableError) return error
        throw error
      }
    },
  }
}

/** Returns the evaluation, or throws the error that came instead. */
export function unwrapAttempt(attempt: Attempt): Evaluated {
  if (attempt instanceof Error) throw attempt
  return attempt
}

/** Opens or joins the watch of a question. */
export function openWatch(
  { question, key, attempt }: AskedQuestion,
  watches: WatchTable<Attempt>,
): QuestionWatch<Attempt> {
  return watches.open(key(), question, () => () => {
    const value = attempt()
    return { value, recheckAt: value instanceof Error ? null : value.recheckAt, final: false }
  })
}
