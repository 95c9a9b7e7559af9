import type { Analysis } from '../analyze/answer.ts'
import type { Answer } from '../analyze/answer-schema.ts'
import type { Analyze } from '../analyze/evaluate.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import type { Dependencies } from '../model/dependencies.ts'
import type { Seconds } from '../model/meta.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question } from '../question/question.ts'
import type { Policy } from '../rules/policy.ts'
import type { QuestionWatch } from './question-watch.ts'
import type { TrackedView } from './tracked-view.ts'
import type { WatchTable } from './watch-table.ts'

/** What questions are answered from. */
export interface AnalysisContext {
  readonly view: TrackedView
  readonly now: () => Seconds
  readonly staleAfterSeconds: Seconds
  /** The server's policy; annotations and the question itself override its thresholds. */
  readonly policy: Policy
  /** Name of the cluster, for answers; absent: it has none. */
  readonly clusterName?: string | undefined
}

/** An evaluation, with what it read, and the number of changes that the view had seen at that moment. */
export interface Evaluated extends Analysis {
  readonly dependencies: Dependencies
  readonly changes: number
}

/** The result of one evaluation. Errors that may pass are values, so that a waiter can wait until they have passed. */
export type Attempt = Evaluated | NotFoundError | UnavailableError

/** A question with the analysis that answers it. */
export interface AskedQuestion {
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
  { view, now, staleAfterSeconds, policy, clusterName }: AnalysisContext,
): AskedQuestion {
  return {
    key: () => `${name} ${JSON.stringify(question)}`,
    attempt: () => {
      try {
        const { changes } = view
        const { value, dependencies } = view.track(() =>
          analyze(view, question, now(), staleAfterSeconds, policy),
        )
        const answer = question.detail === 'full' ? nameCluster(value.answer, clusterName) : value.answer
        return { ...value, answer, dependencies, changes }
      } catch (error) {
        if (error instanceof NotFoundError || error instanceof UnavailableError) return error
        throw error
      }
    },
  }
}

/** The answer with the name of its cluster, if it has one. */
export function nameCluster(answer: Answer, clusterName: string | undefined): Answer {
  return clusterName === undefined ? answer : { ...answer, cluster: clusterName }
}

/** Returns the evaluation, or throws the error that came instead. */
export function unwrapAttempt(attempt: Attempt): Evaluated {
  if (attempt instanceof Error) throw attempt
  return attempt
}

/** Opens or joins the watch of a question. */
export function openWatch(
  { key, attempt }: AskedQuestion,
  watches: WatchTable<Attempt>,
): QuestionWatch<Attempt> {
  return watches.open(key(), () => () => {
    const value = attempt()
    return { value, recheckAt: value instanceof Error ? null : value.recheckAt, final: false }
  })
}
