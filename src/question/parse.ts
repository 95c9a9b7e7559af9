import { describeKinds, type Kind, parseKind } from '../kinds/index.ts'
import { parseDuration } from '../lib/duration.ts'
import type { Seconds } from '../model/meta.ts'
import type { CustomResource } from '../model/records.ts'
import { InvalidQuestionError, type ParameterProblem } from './invalid-question-error.ts'
import { type Parameters, readDuration } from './parameters.ts'
import { parseSelector, SelectorError } from './parse-selector.ts'
import type { Question, QuestionScope, Target } from './question.ts'
import { readThresholds } from './thresholds.ts'

/** A held answer waits at most so long, seconds: Argo's own limit for a web measurement can be raised, a proxy's often not. */
const MAX_WAIT_SECONDS = 25

/** A question, and how it is to be answered. */
export interface ParsedQuestion<Q extends Question = Question> {
  readonly question: Q
  /** How long the answer may be held, seconds. */
  readonly waitSeconds: number
}

/**
 * The question that parameters ask. Throws an
 * InvalidQuestionError that names every problem.
 */
export function parseQuestion(given: Parameters, scope: QuestionScope, now: Seconds): ParsedQuestion {
  const problems: ParameterProblem[] = []
  const question: Question = {
    namespace: parseNamespace(given.namespace, scope.namespaces, problems),
    target: parseTarget(given, scope.customResources, problems),
    ...readThresholds(given, (name, reason) => problems.push({ name, reason })),
    since: parseSince(given.since, now, problems),
    container: given.container ?? null,
    policy: given.policy ?? 'lynceus',
    onStale: given.onStale ?? 'error',
    detail: given.detail ?? 'summary',
  }
  const waitSeconds = parseWait(given.wait, problems)
  if (problems.length > 0) throw new InvalidQuestionError(problems)
  return { question, waitSeconds }
}

function parseNamespace(
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
function parseTarget(
  { hash, selector, kind, name }: Parameters,
  customResources: readonly CustomResource[],
  problems: ParameterProblem[],
): Target {
  if (hash !== undefined && selector !== undefined)
    problems.push({ name: 'selector', reason: 'cannot be given with hash' })
  if (selector !== undefined && (kind !== undefined || name !== undefined)) {
    problems.push({ name: 'selector', reason: 'cannot be given with kind and name' })
  }
  if (kind !== undefined && name === undefined)
    problems.push({ name: 'name', reason: 'is required with kind' })
  if (kind === undefined && name !== undefined)
    problems.push({ name: 'kind', reason: 'is required with name' })
  const owner =
    kind === undefined || name === undefined ? null : parseOwner(kind, name, customResources, problems)
  if (hash !== undefined) return { type: 'hash', hash, owner }
  if (selector !== undefined) return parseSelectorTarget(selector, problems)
  if (owner !== null) return { type: 'object', ...owner }
  if (kind === undefined && name === undefined) {
    problems.push({ name: 'hash', reason: 'a target is required: hash, selector, or kind and name' })
  }
  return NO_TARGET
}

function parseOwner(
  kind: string,
  name: string,
  customResources: readonly CustomResource[],
  problems: ParameterProblem[],
): { kind: Kind; name: string } | null {
  const known = parseKind(kind, customResources)
  if (known !== undefined) return { kind: known, name }
  problems.push({ name: 'kind', reason: `"${kind}" is not one of ${describeKinds(customResources)}` })
  return null
}

function parseSelectorTarget(text: string, problems: ParameterProblem[]): Target {
  try {
    return { type: 'selector', selector: parseSelector(text), text }
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    problems.push({ name: 'selector', reason: error.message })
    return NO_TARGET
  }
}

function parseSince(text: string | undefined, now: Seconds, problems: ParameterProblem[]): Seconds {
  if (text === undefined) return 0
  const ago = parseDuration(text)
  if (ago !== undefined) return now - ago
  // A raw + of a time zone arrives as a space.
  const millis = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN
  if (Number.isNaN(millis))
    problems.push({ name: 'since', reason: `"${text}" is neither an RFC 3339 time nor a duration` })
  return millis / 1000
}

function parseWait(text: string | undefined, problems: ParameterProblem[]): Seconds {
  if (text === undefined) return 0
  const refuse = (reason: string): undefined => void problems.push({ name: 'wait', reason })
  return Math.min(readDuration(text, refuse) ?? 0, MAX_WAIT_SECONDS)
}
