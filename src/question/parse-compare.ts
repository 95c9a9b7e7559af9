import type { Static } from 'typebox'
import type { Seconds } from '../model/meta.ts'
import type { CompareSchema } from './compare-schema.ts'
import { type ParsedQuestion, parseQuestion } from './parse.ts'
import type { CompareQuestion, QuestionScope } from './question.ts'

const USUAL_RATIO = 2
const USUAL_DELTA = 1

/** Reads the parameters of /analyze/compare. Throws an InvalidQuestionError that names every problem. */
export function parseCompareQuestion(
  { stableHash, maxRatio = USUAL_RATIO, maxDelta = USUAL_DELTA, ...asked }: Static<typeof CompareSchema>,
  scope: QuestionScope,
  now: Seconds,
): ParsedQuestion<CompareQuestion> {
  const { question, waitSeconds } = parseQuestion(asked, scope, now)
  const owner = question.target.type === 'hash' ? question.target.owner : null
  const stable = { type: 'hash', hash: stableHash, owner } as const
  return {
    question: { ...question, stable, maxRatio, maxDelta, minPods: question.minPods ?? 0 },
    waitSeconds,
  }
}
