import type { Static } from '@fastify/type-provider-typebox'
import { InvalidQuestionError } from '../analyze/invalid-question-error.ts'
import type { Question } from '../analyze/question.ts'
import { parseDuration } from '../lib/duration.ts'
import type { Seconds } from '../model/meta.ts'
import { questionOf } from './question-of.ts'
import type { GateSchema } from './schemas/gate.ts'

/** Parameters of /gate as the schema lets them through. */
export type GateParameters = Static<typeof GateSchema>

/** What is waited for, and how. */
export interface Awaited {
  readonly question: Question
  readonly timeoutSeconds: Seconds
  readonly settleSeconds: Seconds
}

export const USUAL_TIMEOUT = '5m'
export const USUAL_SETTLE = '10s'
/** Longer than pipelines run, and an end for whoever was forgotten. */
const LONGEST_SECONDS = 3600

/** Reads the parameters of /gate. Throws an InvalidQuestionError that names every problem. */
export function awaitedOf(
  { timeout = USUAL_TIMEOUT, settle = USUAL_SETTLE, ...asked }: Omit<GateParameters, 'format'>,
  confinedTo: readonly string[],
  now: Seconds,
): Awaited {
  const { question } = questionOf(asked, confinedTo, now)
  return { question, timeoutSeconds: spanOf('timeout', timeout), settleSeconds: spanOf('settle', settle) }
}

/** Reads a duration of the gate. Throws an InvalidQuestionError. */
export function spanOf(name: string, text: string): Seconds {
  const seconds = parseDuration(text)
  if (seconds === undefined)
    throw new InvalidQuestionError([{ name, reason: `"${text}" is not a duration such as 90s or 5m` }])
  if (seconds > LONGEST_SECONDS)
    throw new InvalidQuestionError([{ name, reason: `is at most 1h, not ${text}` }])
  return seconds
}
