import { Value } from 'typebox/value'
import { kebab } from '../lib/text.ts'
import type { CustomResource } from '../model/records.ts'
import { InvalidQuestionError } from '../question/invalid-question-error.ts'
import { type Parameters, parseQuestion } from '../question/parse.ts'
import type { Question } from '../question/question.ts'
import { QuestionSchema } from '../question/question-schema.ts'
import { UsageError } from './command.ts'
import type { ParsedFlags } from './flags.ts'

/** The parameters of /analyze that are flags too; the others are about serving. */
const NAMES = [
  'namespace',
  'kind',
  'name',
  'selector',
  'hash',
  'limit',
  'window',
  'since',
  'container',
  'quorum',
  'minPods',
  'retryLimit',
  'pendingDeadline',
  'progressDeadline',
  'ignoreSecretNotFound',
  'policy',
] as const satisfies readonly (keyof typeof QuestionSchema.properties)[]

const SWITCHES: ReadonlySet<string> = new Set(['ignoreSecretNotFound'])

/** The flags for parseFlags. */
export const QUESTION_OPTIONS = Object.fromEntries(
  NAMES.map((name) => [
    kebab(name),
    { type: SWITCHES.has(name) ? ('boolean' as const) : ('string' as const) },
  ]),
)

/** One line a flag, from the descriptions of the parameters. */
export function questionFlagsHelp(): string {
  const flags = NAMES.map((name) => ({
    flag: `--${kebab(name)}${SWITCHES.has(name) ? '' : ` ${kebab(name).toUpperCase()}`}`,
    text: describeParameter(QuestionSchema.properties[name]),
  }))
  return flags.map(({ flag, text }) => `  ${flag}\n      ${text}\n`).join('')
}

function describeParameter(schema: object): string {
  return 'description' in schema ? String(schema.description) : ''
}

/** What flags ask as the parameters of /analyze, as they were written. */
export function readParameters({ values, given }: Pick<ParsedFlags, 'values' | 'given'>) {
  const named = NAMES.map((name) => [name, given.has(kebab(name)) ? 'true' : values[kebab(name)]] as const)
  return Object.fromEntries(named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** The question that flags ask, by the rules of the HTTP parameters. Throws a UsageError that names every problem. */
export function parseQuestionFlags(
  { values, given }: ParsedFlags,
  usualNamespace: string | null,
  now: number,
  customResources: readonly CustomResource[],
): Question {
  const converted: unknown = Value.Convert(QuestionSchema, {
    namespace: usualNamespace ?? undefined,
    ...readParameters({ values, given }),
  })
  try {
    return parseQuestion(checked(converted), { namespaces: [], customResources }, now).question
  } catch (cause) {
    if (!(cause instanceof InvalidQuestionError)) throw cause
    throw new UsageError(cause.problems.map(({ name, reason }) => `--${kebab(name)}: ${reason}`).join('; '))
  }
}

function checked(parameters: unknown): Parameters {
  if (Value.Check(QuestionSchema, parameters)) return parameters
  const problems = Value.Errors(QuestionSchema, parameters).map(({ instancePath, message }) => ({
    name: instancePath.slice(1),
    reason: message,
  }))
  throw new InvalidQuestionError(problems)
}
