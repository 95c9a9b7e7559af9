import { describeKinds, type Kind, parseKind } from '../kinds/index.ts'
import { parseDuration } from '../lib/duration.ts'
import type { Seconds } from '../model/meta.ts'
import type { CustomResource } from '../model/records.ts'
import { InvalidQuestionError, type ParameterProblem } from './invalid-question-error.ts'
import { type ParameterName, type Parameters, readDuration } from './parameters.ts'
import { parseSelector, SelectorError } from './parse-selector.ts'
import type { Question, QuestionScope, Target } from './question.ts'
import { readThresholds } from './thresholds.ts'

/** Maximum of `wait`, seconds: a user can raise Argo's own limit for a web measurement, but often not that of a proxy. */
const MAX_WAIT_SECONDS = 25

/** A question, and how long its answer may wait. */
export interface ParsedQuestion<Q extends Question = Question> {
  readonly question: Q
  /** How long the answer may wait for a fail, seconds. */
  readonly waitSeconds: number
}

/** Reports a parameter that is not valid. */
type Report = (name: ParameterName, reason: string) => undefined

/** Builds the question from its parameters. Throws an InvalidQuestionError that names every problem. */
export function parseQuestion(given: Parameters, scope: QuestionScope, now: Seconds): ParsedQuestion {
  const problems: ParameterProblem[] = []
  const report: Report = (name, reason) => void problems.push({ name, reason })
  const question: Question = {
    namespace: parseNamespace(given.namespace, scope.namespaces, report),
    target: parseTarget(given, scope.customResources, report),
    ...readThresholds(given, report),
    since: parseSince(given.since, now, report),
    container: given.container ?? null,
    policy: given.policy ?? 'lynceus',
    onStale: given.onStale ?? 'error',
    detail: given.detail ?? 'summary',
  }
  const waitSeconds = parseWait(given.wait, report)
  if (problems.length > 0) throw new InvalidQuestionError(problems)
  return { question, waitSeconds }
}

function parseNamespace(given: string | undefined, confinedTo: readonly string[], report: Report): string {
  const [only, ...others] = confinedTo
  if (given === undefined) {
    if (only !== undefined && others.length === 0) return only
    report('namespace', 'is required')
    return ''
  }
  if (confinedTo.length > 0 && !confinedTo.includes(given))
    report('namespace', `"${given}" is not watched; this server is confined to ${confinedTo.join(', ')}`)
  return given
}

const NO_TARGET: Target = { type: 'hash', hash: '', owner: null }

/** Exactly one of hash (with or without kind and name), selector, or kind and name. */
function parseTarget(
  { hash, selector, kind, name }: Parameters,
  customResources: readonly CustomResource[],
  report: Report,
): Target {
  if (hash !== undefined && selector !== undefined) report('selector', 'cannot be given with hash')
  if (selector !== undefined && (kind !== undefined || name !== undefined))
    report('selector', 'cannot be given with kind and name')
  if (kind !== undefined && name === undefined) report('name', 'is required with kind')
  if (kind === undefined && name !== undefined) report('kind', 'is required with name')
  const owner =
    kind === undefined || name === undefined ? null : parseOwner(kind, name, customResources, report)
  if (hash !== undefined) return { type: 'hash', hash, owner }
  if (selector !== undefined) return parseSelectorTarget(selector, report)
  if (owner !== null) return { type: 'object', ...owner }
  if (kind === undefined && name === undefined)
    report('hash', 'a target is required: hash, selector, or kind and name')
  return NO_TARGET
}

function parseOwner(
  kind: string,
  name: string,
  customResources: readonly CustomResource[],
  report: Report,
): { kind: Kind; name: string } | null {
  const known = parseKind(kind, customResources)
  if (known !== undefined) return { kind: known, name }
  report('kind', `"${kind}" is not one of ${describeKinds(customResources)}`)
  return null
}

function parseSelectorTarget(text: string, report: Report): Target {
  try {
    return { type: 'selector', selector: parseSelector(text), text }
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    report('selector', error.message)
    return NO_TARGET
  }
}

function parseSince(text: string | undefined, now: Seconds, report: Report): Seconds {
  if (text === undefined) return 0
  const ago = parseDuration(text)
  if (ago !== undefined) return now - ago
  // A raw + of a time zone arrives as a space.
  const millis = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN
  if (Number.isNaN(millis)) report('since', `"${text}" is neither an RFC 3339 time nor a duration`)
  return millis / 1000
}

function parseWait(text: string | undefined, report: Report): Seconds {
  if (text === undefined) return 0
  return Math.min(readDuration(text, (reason) => report('wait', reason)) ?? 0, MAX_WAIT_SECONDS)
}
