import { Value } from 'typebox/value'
import type { Annotated } from '../kinds/owners.ts'
import { closest } from '../lib/closest.ts'
import { kebab, truncate } from '../lib/text.ts'
import type { Seconds } from '../model/meta.ts'
import type { ParameterProblem } from './invalid-question-error.ts'
import { PARAMETERS, parseText, QuestionSchema } from './parameters.ts'
import type { Question } from './question.ts'
import { readThresholds, THRESHOLD_NAMES, type Thresholds } from './thresholds.ts'

/** Prefix of the annotations of Lynceus. */
const ANNOTATION_PREFIX = 'lynceus.dev/'
/** Maximum length of a quoted value or name, characters. */
const MAX_QUOTE = 40

/** The annotations of a workload, parsed. */
interface AnnotatedThresholds {
  readonly thresholds: Thresholds
  /** Annotations that cannot be used, by their names on the workload. */
  readonly problems: readonly ParameterProblem[]
}

const NOTHING: AnnotatedThresholds = Object.freeze({ thresholds: {}, problems: [] })

/** Parameters by their names in annotations. */
const KNOWN = new Map(THRESHOLD_NAMES.map((name) => [kebab(name), name]))

/** The names of all annotations, without the prefix. */
export const ANNOTATION_NAMES: readonly string[] = [...KNOWN.keys()]

/** Reads `lynceus.dev/...`: the parameters of a request in kebab-case, with the same values. */
export function parseAnnotations(annotations: Readonly<Record<string, string>>): AnnotatedThresholds {
  if (!hasOwn(annotations)) return NOTHING
  const own = Object.entries(annotations).filter(([name]) => name.startsWith(ANNOTATION_PREFIX))
  const problems: ParameterProblem[] = []
  const given: Record<string, unknown> = {}
  for (const [annotation, text] of own) {
    const name = KNOWN.get(annotation.slice(ANNOTATION_PREFIX.length))
    if (name === undefined) {
      problems.push(unknownName(annotation))
      continue
    }
    const { schema } = PARAMETERS[name]
    const value = parseText(schema, text)
    const [error] = Value.Errors(schema, value)
    if (error === undefined) given[name] = value
    else {
      const reason = `has the value "${truncate(text, MAX_QUOTE)}", which ${error.message}`
      problems.push({ name: annotation, reason })
    }
  }
  const report = (name: string, reason: string): undefined =>
    void problems.push({ name: `${ANNOTATION_PREFIX}${kebab(name)}`, reason })
  return { thresholds: readThresholds(Value.Parse(QuestionSchema, given), report), problems }
}

/** Most workloads have none; they are asked for each answer. */
function hasOwn(annotations: Readonly<Record<string, string>>): boolean {
  for (const name in annotations) if (name.startsWith(ANNOTATION_PREFIX)) return true
  return false
}

function unknownName(name: string): ParameterProblem {
  const meant = closest(name.slice(ANNOTATION_PREFIX.length), ANNOTATION_NAMES)
  const hint = meant === undefined ? '' : `; did you mean ${ANNOTATION_PREFIX}${meant}?`
  return { name: truncate(name, 2 * MAX_QUOTE), reason: `is not known${hint}` }
}

/** A question with the thresholds of a workload's annotations. */
export interface EffectiveQuestion {
  readonly question: Question
  /** `kind/name` of the workload whose annotations count; null when none is known. */
  readonly subject: string | null
  readonly problems: readonly ParameterProblem[]
}

/** Adds the thresholds of the workload's annotations; those of the question itself win. */
export function completeByAnnotations(question: Question, workload: Annotated | null): EffectiveQuestion {
  if (workload === null) return { question, subject: null, problems: [] }
  const { thresholds, problems } = parseAnnotations(workload.annotations)
  return { question: { ...thresholds, ...question }, subject: workload.subject, problems }
}

/**
 * Completes a question for a count over the pods of several workloads: annotations count only when all pods belong to one
 * workload.
 */
export function completeTogether(
  question: Question,
  workloads: readonly (Annotated | null)[],
): EffectiveQuestion {
  const [first = null, ...others] = workloads
  return completeByAnnotations(question, others.every((one) => one?.uid === first?.uid) ? first : null)
}

/** A `window` in an annotation changes the answer at moments that nothing gives: it is evaluated again this soon, seconds. */
const WINDOW_RECHECK_SECONDS = 1

/** When to evaluate again. `recheckAt`: when time alone changes the findings. */
export function resolveRecheck(
  asked: Question,
  tuned: readonly EffectiveQuestion[],
  recheckAt: Seconds | null,
  now: Seconds,
): Seconds | null {
  if (tuned.every(({ question }) => question.window === asked.window)) return recheckAt
  return Math.min(recheckAt ?? Number.POSITIVE_INFINITY, now + WINDOW_RECHECK_SECONDS)
}
