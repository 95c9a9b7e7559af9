import { Type } from 'typebox'
import { parseDuration } from '../lib/duration.ts'
import type { Seconds } from '../model/meta.ts'
import { InvalidQuestionError } from './invalid-question-error.ts'
import { Duration, type Given, PARAMETERS, parametersSchema } from './parameters.ts'
import { parseQuestion } from './parse.ts'
import type { Question, QuestionScope } from './question.ts'

/** The forms of an answer of /gate, besides the stream of events. */
export const GATE_FORMATS = ['json', 'text', 'junit', 'github'] as const

export const USUAL_TIMEOUT = '5m'
export const USUAL_SETTLE = '10s'
/** Longer than pipelines run, and an end for whoever was forgotten. */
const MAX_SECONDS = 3600

/** The answer is held anyway, and data that are out of sight are waited for. */
const { wait: _, onStale: __, ...asked } = PARAMETERS

const GATE_PARAMETERS = {
  ...asked,
  timeout: { schema: Duration(`How long to wait at most, 1h at most. Default: ${USUAL_TIMEOUT}.`) },
  settle: {
    schema: Duration(
      `How long a pass must have held, without any container ending meanwhile, to count; minReadySeconds of the workload when that is longer. Default: ${USUAL_SETTLE}.`,
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

/** What /gate can be asked. GET takes it as query, POST as a JSON body with the same names. */
export const GateSchema = parametersSchema(GATE_PARAMETERS)

/** Parameters of /gate as the schema lets them through. */
export type GateParameters = Given<typeof GATE_PARAMETERS>

/** What is waited for, and how. */
export interface GateQuestion {
  readonly question: Question
  readonly timeoutSeconds: Seconds
  readonly settleSeconds: Seconds
}

/** Reads the parameters of /gate. Throws an InvalidQuestionError that names every problem. */
export function parseGateQuestion(
  { timeout = USUAL_TIMEOUT, settle = USUAL_SETTLE, ...asked }: Omit<GateParameters, 'format'>,
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
  const seconds = parseDuration(text)
  if (seconds === undefined)
    throw new InvalidQuestionError([{ name, reason: `"${text}" is not a duration such as 90s or 5m` }])
  if (seconds > MAX_SECONDS) throw new InvalidQuestionError([{ name, reason: `is at most 1h, not ${text}` }])
  return seconds
}
