import type { ParameterProblem } from '../question/invalid-question-error.ts'

/** Body of every error answer (RFC 9457), as application/problem+json. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  /** Stable and kebab-case; clients may act on it. */
  readonly code: string
  readonly detail: string
  readonly errors?: readonly ParameterProblem[]
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

export function problem(
  status: number,
  code: string,
  detail: string,
  errors?: readonly ParameterProblem[],
): Problem {
  const base = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail } as const
  return errors === undefined ? base : { ...base, errors }
}
