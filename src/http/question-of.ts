import type { Static } from '@fastify/type-provider-typebox'
import { InvalidQuestionError } from '../analyze/invalid-question-error.ts'
import { type Kind, kindOf, type Question, type Target } from '../analyze/question.ts'
import { parseSelector, SelectorError } from '../analyze/selector.ts'
import { thresholdsOf } from '../analyze/thresholds.ts'
import { parseDuration } from '../lib/duration.ts'
import type { Seconds } from '../model/meta.ts'
import type { ParameterProblem } from './problem.ts'
import type { QuestionSchema } from './schemas/question.ts'

/** Parameters as the schema lets them through. */
export type Parameters = Static<typeof QuestionSchema>

/** A held answer waits at most so long, seconds: Argo's own limit for a web measurement can be raised, a proxy's often not. */
const LONGEST_WAIT_SECONDS = 25

/** A question, and how it is to be answered. */
export interface Asked<Q extends Question = Question> {
  readonly question: Q
  /** How long the answer may be held, seconds. */
  readonly waitSeconds: number
}

/**
 * The question that parameters ask. `confinedTo` are the namespaces that are watched (empty: all). Throws an
 * InvalidQuestionError that names every problem.
 */
export function questionOf(given: Parameters, confinedTo: readonly string[], now: Seconds): Asked {
  const problems: ParameterProblem[] = []
  const question: Question = {
    namespace: namespaceOf(given.namespace, confinedTo, problems),
    target: targetOf(given, problems),
    ...thresholdsOf(given, (name, reason) => problems.push({ name, reason })),
    since: sinceOf(given.since, now, problems),
    container: given.container ?? null,
    policy: given.policy ?? 'lynceus',
    onStale: given.onStale ?? 'error',
    detail: given.detail ?? 'summary',
  }
  const waitSeconds = Math.min(waitOf(given.wait, problems), LONGEST_WAIT_SECONDS)
  if (problems.length > 0) throw new InvalidQuestionError(problems)
  return { question, waitSeconds }
}

function namespaceOf(
  given: string | undefined,
  confinedTo: readonly string[],
  problems: ParameterProblem[],
): string {
  const [only, ...others] = confinedTo
  if (given === undefined) {
    if (only !== undefined && others.length === 0) return only
    problems.push({ name: 'namespace', reason: 'is required' })
    return ''
  }
  if (confinedTo.length > 0 && !confinedTo.includes(given)) {
    problems.push({
      name: 'namespace',
      reason: `"${given}" is not watched; this server is confined to ${confinedTo.join(', ')}`,
    })
  }
  return given
}

const NO_TARGET: Target = { type: 'hash', hash: '', owner: null }

/** Exactly one of hash (maybe narrowed by kind and name), selector, or kind and name. */
function targetOf({ hash, selector, kind, name }: Parameters, problems: ParameterProblem[]): Target {
  if (hash !== undefined && selector !== undefined)
    problems.push({ name: 'selector', reason: 'cannot be given with hash' })
  if (selector !== undefined && (kind !== undefined || name !== undefined)) {
    problems.push({ name: 'selector', reason: 'cannot be given with kind and name' })
  }
  if (kind !== undefined && name === undefined)
    problems.push({ name: 'name', reason: 'is required with kind' })
  if (kind === undefined && name !== undefined)
    problems.push({ name: 'kind', reason: 'is required with name' })
  const owner = kind === undefined || name === undefined ? null : ownerOf(kind, name, problems)
  if (hash !== undefined) return { type: 'hash', hash, owner }
  if (selector !== undefined) return selectorOf(selector, problems)
  if (owner !== null) return { type: 'object', ...owner }
  if (kind === undefined && name === undefined) {
    problems.push({ name: 'hash', reason: 'a target is required: hash, selector, or kind and name' })
  }
  return NO_TARGET
}

function ownerOf(
  kind: string,
  name: string,
  problems: ParameterProblem[],
): { kind: Kind; name: string } | null {
  const known = kindOf(kind)
  if (known !== undefined) return { kind: known, name }
  const kinds = 'deployment, statefulset, daemonset, replicaset, job, pod or rollout'
  problems.push({ name: 'kind', reason: `"${kind}" is not one of ${kinds}` })
  return null
}

function selectorOf(text: string, problems: ParameterProblem[]): Target {
  try {
    return { type: 'selector', selector: parseSelector(text), text }
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    problems.push({ name: 'selector', reason: error.message })
    return NO_TARGET
  }
}

function sinceOf(text: string | undefined, now: Seconds, problems: ParameterProblem[]): Seconds {
  if (text === undefined) return 0
  const ago = parseDuration(text)
  if (ago !== undefined) return now - ago
  // A raw + of a time zone arrives as a space.
  const millis = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN
  if (Number.isNaN(millis))
    problems.push({ name: 'since', reason: `"${text}" is neither an RFC 3339 time nor a duration` })
  return millis / 1000
}

function waitOf(text: string | undefined, problems: ParameterProblem[]): number {
  const seconds = text === undefined ? 0 : parseDuration(text)
  if (seconds === undefined)
    problems.push({ name: 'wait', reason: `"${text}" is not a duration such as 90s or 5m` })
  return seconds ?? 0
}
