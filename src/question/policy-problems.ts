import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { closest } from '../lib/closest.ts'
import { truncate } from '../lib/text.ts'
import { RULE_IDS } from '../rules/index.ts'
import { PolicyFileSchema, TUNABLE_RULES } from './policy-schema.ts'

/** What is wrong in a policy file, and where. */
export interface Problem {
  /** As in `rules.crash-loop.times`. */
  readonly path: string
  /** The rest of a sentence that begins with the path. */
  readonly reason: string
}

/** Characters of a value or name that are told. */
const MAX_QUOTE = 40

/** What keeps a document from being a policy file: the first few problems, as many as TypeBox tells. */
export function findProblems(schema: TSchema, document: unknown): Problem[] {
  return Value.Errors(schema, document)
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map((error) => {
      const path = error.instancePath.split('/').slice(1).map(unescaped)
      const told = path.length === 0 ? 'the file' : path.map((part) => truncate(part, MAX_QUOTE)).join('.')
      return { path: told, reason: describeError(error, path, valueAt(document, path)) }
    })
}

type SchemaError = ReturnType<typeof Value.Errors>[number]

function describeError(error: SchemaError, path: readonly string[], value: unknown): string {
  if (error.keyword === 'boolean') return unknownName(path)
  const shown = value === undefined ? '' : `, not ${truncate(JSON.stringify(value), MAX_QUOTE)}`
  if (error.keyword === 'enum' && Array.isArray(error.params.allowedValues))
    return `must be one of ${error.params.allowedValues.join(', ')}${shown}`
  return `${error.message}${shown}`
}

/** A name that is not allowed where it stands. */
function unknownName(path: readonly string[]): string {
  const name = path.at(-1) ?? ''
  const known = namesBeside(path)
  if (path.length === 2 && RULE_IDS.some((rule) => rule === name))
    return 'cannot be changed: no threshold decides it'
  const meant = closest(name, known)
  return `is not known${meant === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${meant}?`}`
}

/** The names that may stand where the last of the path does: of the file, of its rules, or of one rule. */
function namesBeside([, rule, member]: readonly string[]): readonly string[] {
  if (rule === undefined) return Object.keys(PolicyFileSchema.properties)
  if (member === undefined) return TUNABLE_RULES.map(({ id }) => id)
  const schema: unknown = PolicyFileSchema.properties.rules.properties[rule]
  const properties =
    typeof schema === 'object' && schema !== null && 'properties' in schema ? schema.properties : {}
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === name)?.[1]
        : undefined,
    document,
  )
}

/** JSON pointers write / as ~1 and ~ as ~0. */
function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
