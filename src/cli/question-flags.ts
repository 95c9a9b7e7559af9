import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { kebab } from '../lib/text.ts'
import type { CustomResource } from '../model/records.ts'
import { InvalidQuestionError } from '../question/invalid-question-error.ts'
import { PARAMETERS, type Parameters, parseText, QuestionSchema } from '../question/parameters.ts'
import { parseQuestion } from '../question/parse.ts'
import type { Question } from '../question/question.ts'
import { UsageError } from './command.ts'
import type { Flag, ParsedFlags } from './flags.ts'

/** The parameters of /analyze that are flags too. */
const ROWS = Object.entries(PARAMETERS).flatMap(([name, { schema, isFlag }]) =>
  isFlag ? [{ name, flag: kebab(name), schema }] : [],
)

/** The flags of a question, with the descriptions of the parameters. */
export const QUESTION_FLAGS: Readonly<Record<string, Flag>> = Object.fromEntries(
  ROWS.map(({ flag, schema }) => {
    const text = 'description' in schema ? String(schema.description) : ''
    return [flag, Type.IsBoolean(schema) ? { text } : { value: flag.toUpperCase(), text }]
  }),
)

/** The flags as parameters of /analyze, unparsed. */
export function readParameters({ values, given }: Pick<ParsedFlags, 'values' | 'given'>) {
  const named = ROWS.map(({ name, flag }) => [name, given.has(flag) ? 'true' : values[flag]] as const)
  return Object.fromEntries(named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** Parses the question of the flags by the rules of the HTTP parameters. Throws a UsageError that names every problem. */
export function parseQuestionFlags(
  { values, given }: ParsedFlags,
  usualNamespace: string | null,
  now: number,
  customResources: readonly CustomResource[],
): Question {
  const texts: Readonly<Record<string, string>> = {
    ...(usualNamespace === null ? {} : { namespace: usualNamespace }),
    ...readParameters({ values, given }),
  }
  const parameters = ROWS.flatMap(({ name, schema }) => {
    const text = texts[name]
    return text === undefined ? [] : [[name, parseText(schema, text)] as const]
  })
  try {
    return parseQuestion(
      checkParameters(Object.fromEntries(parameters)),
      { namespaces: [], customResources },
      now,
    ).question
  } catch (cause) {
    if (!(cause instanceof InvalidQuestionError)) throw cause
    throw new UsageError(cause.problems.map(({ name, reason }) => `--${kebab(name)}: ${reason}`).join('; '))
  }
}

function checkParameters(parameters: unknown): Parameters {
  if (Value.Check(QuestionSchema, parameters)) return parameters
  const problems = Value.Errors(QuestionSchema, parameters).map(({ instancePath, message }) => ({
    name: instancePath.slice(1),
    reason: message,
  }))
  throw new InvalidQuestionError(problems)
}
