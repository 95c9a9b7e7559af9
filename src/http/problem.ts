import { STATUS_CODES } from 'node:http'
import type { Problem } from '../formats/problem-schema.ts'
import type { ParameterProblem } from '../question/invalid-question-error.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
/** The content of an error answer, for the schema of a response. */
export const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: 'Problem#' } } }

/** Node still has the former name of this status. */
const TITLES: Readonly<Record<number, string | undefined>> = { ...STATUS_CODES, 413: 'Content Too Large' }

/** The body of an error answer. */
export function problem(
  status: number,
  code: string,
  detail: string,
  errors?: readonly ParameterProblem[],
): Problem {
  const base = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail } as const
  return errors === undefined ? base : { ...base, errors: [...errors] }
}
