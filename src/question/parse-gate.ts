import type { Static } from 'typebox'
import { parseDuration } from '../lib/duration.ts'
import type { Seconds } from '../model/meta.ts'
import type { GateSchema } from './gate-schema.ts'
import { InvalidQuestionError } from './invalid-question-error.ts'
import { parseQuestion } from './parse.ts'
import type { Question, QuestionScope } from './question.ts'

/** Parameters of /gate as the schema lets them through. */
export type GateParameters = Static<typeof GateSchema>

/** What is waited for, and how. */
export interface GateQuestion {
  readonly question: Question
  readonly timeoutSeconds: Seconds
  readonly settleSeconds: Seconds
}

export const USUAL_TIMEOUT = '5m'
export const USUAL_SETTLE = '10s'
/** Longer than pipelines run, and an end for whoever was forgotten. */
const MAX_SECONDS = 3600

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
