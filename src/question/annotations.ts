import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { closest } from '../lib/closest.ts'
import { kebab, truncate } from '../lib/text.ts'
import { THRESHOLD_SCHEMAS } from './threshold-schemas.ts'
import { NO_THRESHOLDS, parseThresholds, type Thresholds } from './thresholds.ts'

/** What annotations of Lynceus begin with. */
export const ANNOTATION_PREFIX = 'lynceus.dev/'
/** Characters of a bad value or name that are told. */
const MAX_QUOTE = 40

/** An annotation that means nothing. */
export interface BadAnnotation {
  /** As it stands on the workload. */
  readonly name: string
  /** The rest of a sentence that begins with the name. */
  readonly reason: string
}

/** What a workload's annotations say. What is bad says nothing, and is told. */
export interface AnnotatedThresholds {
  readonly thresholds: Thresholds
  readonly problems: readonly BadAnnotation[]
}

const NOTHING: AnnotatedThresholds = Object.freeze({ thresholds: NO_THRESHOLDS, problems: [] })

const GivenSchema = Type.Object(THRESHOLD_SCHEMAS)

/** Parameters by their names in annotations. */
const KNOWN = new Map(
  Object.entries(THRESHOLD_SCHEMAS).map(([name, schema]) => [kebab(name), { name, schema }]),
)

/** The names of all annotations that are read, without their prefix. */
export const ANNOTATION_NAMES: readonly string[] = [...KNOWN.keys()]

/** Reads `lynceus.dev/...`: the parameters of a request in kebab-case, with the same values. */
export function parseAnnotations(annotations: Readonly<Record<string, string>>): AnnotatedThresholds {
  let given: Record<string, unknown> | undefined
  const problems: BadAnnotation[] = []
  for (const name in annotations) {
    if (!name.startsWith(ANNOTATION_PREFIX)) continue
    given ??= {}
    const known = KNOWN.get(name.slice(ANNOTATION_PREFIX.length))
    if (known === undefined) problems.push(unknownName(name))
    else {
      const value = read(known.schema, annotations[name] ?? '')
      if (value.ok) given[known.name] = value.value
      else problems.push({ name, reason: value.reason })
    }
  }
  if (given === undefined) return NOTHING
  const tell = (name: string, reason: string) =>
    problems.push({ name: `${ANNOTATION_PREFIX}${kebab(name)}`, reason })
  return { thresholds: parseThresholds(Value.Parse(GivenSchema, given), tell), problems }
}

type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }

/** Texts become numbers and booleans as those of a query do, then the schema of the parameter decides. */
function read(schema: (typeof THRESHOLD_SCHEMAS)[keyof typeof THRESHOLD_SCHEMAS], text: string): Read {
  const value = converted(schema.type, text)
  if (Value.Check(schema, value)) return { ok: true, value }
  const [error] = Value.Errors(schema, value)
  return {
    ok: false,
    reason: `has the value "${truncate(text, MAX_QUOTE)}", which ${error?.message ?? 'is not valid'}`,
  }
}

function converted(type: 'integer' | 'string' | 'boolean', text: string): unknown {
  if (type === 'integer') return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

function unknownName(name: string): BadAnnotation {
  const meant = closest(name.slice(ANNOTATION_PREFIX.length), ANNOTATION_NAMES)
  const hint = meant === undefined ? '' : `; did you mean ${ANNOTATION_PREFIX}${meant}?`
  return { name: truncate(name, 2 * MAX_QUOTE), reason: `is not known${hint}` }
}
