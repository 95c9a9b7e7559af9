import { Type } from 'typebox'
import type { Seconds } from '../model/meta.ts'
import { type Given, MAX_LABEL, PARAMETERS, parametersSchema } from './parameters.ts'
import { type ParsedQuestion, parseQuestion } from './parse.ts'
import type { CompareQuestion, QuestionScope } from './question.ts'

const USUAL_RATIO = 2
const USUAL_DELTA = 1

const { namespace, kind, name, window, since, container, minPods, onStale, detail, wait } = PARAMETERS

const hash = (description: string) => ({
  schema: Type.String({ minLength: 1, maxLength: MAX_LABEL, description }),
})

const tolerance = (minimum: number, maximum: number, description: string) => ({
  schema: Type.Optional(Type.Number({ minimum, maximum, description })),
})

const COMPARE_PARAMETERS = {
  namespace,
  hash: hash('Pod template hash of the canary. May be narrowed by kind and name of the owner.'),
  stableHash: hash('Pod template hash of the stable revision.'),
  kind,
  name,
  maxRatio: tolerance(
    1,
    1000,
    `So many times as often as the stable revision, per pod-hour, the canary may crash. Default: ${USUAL_RATIO}.`,
  ),
  maxDelta: tolerance(0, 1_000_000, `... and so many crashes beyond that. Default: ${USUAL_DELTA}.`),
  window,
  since,
  container,
  minPods,
  onStale,
  detail,
  wait,
}

/** What /analyze/compare can be asked. GET takes it as query, POST as a JSON body with the same names. */
export const CompareSchema = parametersSchema(COMPARE_PARAMETERS)

/** Reads the parameters of /analyze/compare. Throws an InvalidQuestionError that names every problem. */
export function parseCompareQuestion(
  { stableHash, maxRatio = USUAL_RATIO, maxDelta = USUAL_DELTA, ...asked }: Given<typeof COMPARE_PARAMETERS>,
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
