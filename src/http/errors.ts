import type { FastifyError, FastifySchema } from 'fastify'
import type { Problem } from '../formats/problem-schema.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import { closest } from '../lib/closest.ts'
import { InvalidQuestionError, type ParameterProblem } from '../question/invalid-question-error.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import { TooManyWaitingError } from '../wait/too-many-waiting-error.ts'
import { problem } from './problem.ts'

/**
 * The answer to an error. That to an unknown error does not contain its text, which may be secret. `parameters`: the names
 * that the route knows.
 */
export function toProblem(error: Error, parameters: readonly string[] = []): Problem {
  if (error instanceof InvalidQuestionError) return invalid(error.problems)
  if (error instanceof NotFoundError) return problem(404, 'not-found', error.message)
  if (error instanceof UnavailableError) return problem(503, error.code, error.message)
  if (error instanceof TooManyWaitingError) return problem(503, 'too-many-waiting', error.message)
  if (!isFastifyError(error)) return internal()
  if (error.validation !== undefined)
    return invalid(error.validation.map((one) => parameterProblem(one, parameters)))
  const status = error.statusCode ?? 500
  if (status >= 500) return internal()
  return problem(status, FRAMEWORK_CODES[error.code] ?? 'bad-request', error.message)
}

const FRAMEWORK_CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-json',
  FST_ERR_BAD_URL: 'malformed-request',
}

/** The names of the parameters in a route's schema. */
export function listParameters(schema: FastifySchema | undefined): string[] {
  const known = [schema?.querystring, schema?.body].find((one) => one !== undefined)
  const isObject = typeof known === 'object' && known !== null && 'properties' in known
  return isObject ? Object.keys(known.properties ?? {}) : []
}

function invalid(errors: readonly ParameterProblem[]): Problem {
  const detail = errors.map(({ name, reason }) => (name === '' ? reason : `${name}: ${reason}`)).join('; ')
  return problem(400, 'bad-parameters', detail, errors)
}

function internal(): Problem {
  return problem(500, 'internal', 'Internal error; see the log of the service.')
}

function isFastifyError(error: Error): error is FastifyError {
  return 'code' in error && 'statusCode' in error
}

type Validation = NonNullable<FastifyError['validation']>[number]

function parameterProblem(
  { keyword, instancePath, params, message }: Validation,
  parameters: readonly string[],
): ParameterProblem {
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty)
    const meant = closest(name, parameters)
    const hint = meant === undefined ? 'see /openapi.yaml for the known ones' : `did you mean ${meant}?`
    return { name, reason: `unknown parameter; ${hint}` }
  }
  const name = instancePath.split('/')[1] ?? ''
  if (keyword === 'type' && name !== '') return { name, reason: `${message ?? 'is wrong'} (given once)` }
  return { name, reason: message ?? 'is wrong' }
}
