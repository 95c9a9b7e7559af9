import { Type } from 'typebox'
import type { Seconds } from '../model/meta.ts'
import { InvalidQuestionError } from './invalid-question-error.ts'
import { Duration, type Given, PARAMETERS, parametersSchema, readDuration } from './parameters.ts'
import { parseQuestion } from './parse.ts'
import type { Question, QuestionScope } from './question.ts'

/** The forms of an answer of /gate, besides the stream of events. */
export const GATE_FORMATS = ['json', 'text', 'junit', 'github'] as const

export const DEFAULT_TIMEOUT = '5m'
export const DEFAULT_SETTLE = '10s'
/** Maximum of a duration, seconds: longer than pipelines run, and an end for forgotten clients. */
const MAX_SECONDS = 3600

/** The gate waits anyway, also for data that are missing or too old. */
const { wait: _, onStale: __, ...asked } = PARAMETERS

const GATE_PARAMETERS = {
  ...asked,
  timeout: {
    schema: Type.Optional(Duration(`How long to wait at most, 1h at most. Default: ${DEFAULT_TIMEOUT}.`)),
  },
  settle: {
    schema: Type.Optional(
      Duration(
        `How long a pass must have held, without any container ending meanwhile, to count; minReadySeconds of the workload when that is longer. Default: ${DEFAULT_SETTLE}.`,
      ),
    ),
  },
  format: {
    schema: Type.Optional(
      Type.Enum([...GATE_FORMATS], {
        description:
          'json: the answer. text: a line for each change. junit: a test case for each workload. github: workflow commands. Default: as Accept says (text/plain, application/xml), else json.',
      }),
    ),
  },
}

/** The parameters of /gate: GET has them in the query, POST in a JSON body with the same names. */
export const GateSchema = parametersSchema(GATE_PARAMETERS)

/** Parameters of /gate that the schema accepts. */
export type GateParameters = Given<typeof GATE_PARAMETERS>

/** A question with the times of its wait. */
export interface GateQuestion {
  readonly question: Question
  readonly timeoutSeconds: Seconds
  readonly settleSeconds: Seconds
}

/** Builds the question from the parameters of /gate. Throws an InvalidQuestionError that names every problem. */
export function parseGateQuestion(
  { timeout = DEFAULT_TIMEOUT, settle = DEFAULT_SETTLE, ...asked }: Omit<GateParameters, 'format'>,
  scope: QuestionScope,
  now: Seconds,
): GateQuestion {
  const { question } = parseQuestion(asked, scope, now)
  return {
    question,
    timeoutSeconds: parseSpan('timeout', timeout),
    settleSeconds: parseSpan('settle', settle),
  }
}

/** Reads a duration of the gate. Throws an InvalidQuestionError. */
export function parseSpan(name: string, text: string): Seconds {
  const refuse = (reason: string): never => {
    throw new InvalidQuestionError([{ name, reason }])
  }
  const seconds = readDuration(text, refuse) ?? 0
  return seconds > MAX_SECONDS ? refuse(`is at most 1h, not ${text}`) : seconds
}
