import { Pointer, Value } from 'typebox/value'
import { closest } from '../lib/closest.ts'
import { truncate } from '../lib/text.ts'
import { RULE_IDS } from '../rules/index.ts'
import type { ParameterProblem } from './invalid-question-error.ts'
import { PolicyFileSchema, RULE_SCHEMAS } from './policy-schema.ts'

/** Maximum length of a quoted value or name, characters. */
const MAX_QUOTE = 40

/** The problems of a policy file, with paths such as `rules.crash-loop.times` as names: the first few, as TypeBox gives them. */
export function findProblems(document: unknown): ParameterProblem[] {
  return Value.Errors(PolicyFileSchema, document)
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map((error) => {
      const path = Pointer.Indices(error.instancePath)
      const name = path.length === 0 ? 'the file' : path.map((part) => truncate(part, MAX_QUOTE)).join('.')
      return { name, reason: describeError(error, path, Pointer.Get(document, error.instancePath)) }
    })
}

type SchemaError = ReturnType<typeof Value.Errors>[number]

function describeError(error: SchemaError, path: readonly string[], value: unknown): string {
  if (error.keyword === 'boolean') return describeUnknown(path)
  const quoted = value === undefined ? '' : `, not ${truncate(JSON.stringify(value), MAX_QUOTE)}`
  if (error.keyword === 'enum' && Array.isArray(error.params.allowedValues))
    return `must be one of ${error.params.allowedValues.join(', ')}${quoted}`
  return `${error.message}${quoted}`
}

/** For a name that is not allowed at its place. */
function describeUnknown(path: readonly string[]): string {
  const name = path.at(-1) ?? ''
  const known = listKnown(path)
  if (path.length === 2 && RULE_IDS.some((rule) => rule === name))
    return 'cannot be changed: no threshold decides it'
  const meant = closest(name, known)
  return `is not known${meant === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${meant}?`}`
}

/** The names that are allowed at the end of the path: of the file, of its rules, or of one rule. */
function listKnown([, rule, member]: readonly string[]): readonly string[] {
  if (rule === undefined) return Object.keys(PolicyFileSchema.properties)
  if (member === undefined) return Object.keys(RULE_SCHEMAS)
  return Object.keys(RULE_SCHEMAS[rule]?.properties ?? {})
}
