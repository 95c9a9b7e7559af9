import { Type } from 'typebox'
import type { Seconds } from '../model/meta.ts'
import { type Given, MAX_LABEL, PARAMETERS, parametersSchema, Text } from './parameters.ts'
import { type ParsedQuestion, parseQuestion } from './parse.ts'
import type { CompareQuestion, QuestionScope } from './question.ts'

const DEFAULT_RATIO = 2
const DEFAULT_DELTA = 1

const { namespace, kind, name, window, since, container, minPods, onStale, detail, wait } = PARAMETERS

const tolerance = (minimum: number, maximum: number, description: string) => ({
  schema: Type.Optional(Type.Number({ minimum, maximum, description })),
})

const COMPARE_PARAMETERS = {
  namespace,
  hash: {
    schema: Text(
      MAX_LABEL,
      'Pod template hash of the canary. May be narrowed by kind and name of the owner.',
    ),
  },
  stableHash: { schema: Text(MAX_LABEL, 'Pod template hash of the stable revision.') },
  kind,
  name,
  maxRatio: tolerance(
    1,
    1000,
    `How often the canary may crash per pod-hour, as a multiple of the stable revision's rate. Default: ${DEFAULT_RATIO}.`,
  ),
  maxDelta: tolerance(
    0,
    1_000_000,
    `Further crashes that the canary may have beyond that. Default: ${DEFAULT_DELTA}.`,
  ),
  window,
  since,
  container,
  minPods,
  onStale,
  detail,
  wait,
}

/** The parameters of /analyze/compare: GET has them in the query, POST in a JSON body with the same names. */
export const CompareSchema = parametersSchema(COMPARE_PARAMETERS)

type CompareParameters = Given<typeof COMPARE_PARAMETERS>

/** Builds the question from the parameters of /analyze/compare. Throws an InvalidQuestionError that names every problem. */
export function parseCompareQuestion(
  { stableHash, maxRatio = DEFAULT_RATIO, maxDelta = DEFAULT_DELTA, ...asked }: CompareParameters,
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
