import type { Seconds } from '../model/meta.ts'
import { type Code, type Finding, sentence } from './finding.ts'
import { RULE_IDS, type RuleId } from './rule-ids.ts'

/** `unknown` is said only by who knows that data are missing; findings never come to it. */
export type Verdict = 'pass' | 'pending' | 'fail' | 'unknown'

/** What findings come to. */
export interface Decision {
  readonly verdict: Verdict
  readonly code: Code | null
  readonly reason: string | null
  /** One sentence, of any length. */
  readonly message: string
  /** When it could change with no event; null when it can't. */
  readonly recheckAt: Seconds | null
  /** The most telling first. */
  readonly findings: readonly Finding[]
}

/** The pods that a decision is about. */
export interface Crowd {
  /** Pods of the revision, without those that are being deleted. */
  readonly present: number
  /** Affected pods that make it fail. */
  readonly required: number
  /** The quorum was asked for: then it holds for fatal findings of pods too. */
  readonly strict: boolean
}

/**
 * Any fatal finding, or enough pods with a finding past its threshold: fail. Else whatever is not yet decided, on its
 * way or held: pending. Else pass. Warnings decide nothing.
 */
export function decide(findings: readonly Finding[], crowd: Crowd, good: string): Decision {
  const reached = findings.filter((one) => one.reached)
  const enough = affectedPods(reached) >= crowd.required
  const decisive = reached.filter(
    (one) => one.podUid === null || enough || (one.class === 'fatal' && !crowd.strict),
  )
  const recheckAt = earliest(findings)
  const sorted = findings.toSorted(byWeight)
  const [cause] = decisive.toSorted(byRule)
  if (cause !== undefined) {
    const { code, reason } = cause
    return { verdict: 'fail', code, reason, message: tell(cause, sorted, crowd), recheckAt, findings: sorted }
  }
  const [open] = sorted.filter((one) => one.class !== 'ok' && one.class !== 'warning')
  if (open === undefined)
    return { verdict: 'pass', code: null, reason: null, message: good, recheckAt, findings: sorted }
  const lead = open.rule === 'incomplete' ? (sorted.find((one) => one.class === 'warning') ?? open) : open
  return {
    verdict: 'pending',
    // A finding that is tolerated, as too few pods have it, will not become the failure's code.
    code: open.reached ? null : open.code,
    reason: lead.reason,
    message: tell(open, sorted, crowd),
    recheckAt,
    findings: sorted,
  }
}

function affectedPods(findings: readonly Finding[]): number {
  return new Set(findings.map(({ podUid }) => podUid).filter((uid) => uid !== null)).size
}

/** The earliest moment at which any finding changes by time alone. */
function earliest(findings: readonly Finding[]): Seconds | null {
  const moments = findings.map(({ changesAt }) => changesAt).filter((at) => at !== null)
  return moments.length === 0 ? null : Math.min(...moments)
}

const RANK: ReadonlyMap<RuleId, number> = new Map(RULE_IDS.map((rule, index) => [rule, index]))

function byRule(left: Finding, right: Finding): number {
  return rank(left) - rank(right) || (left.since ?? 0) - (right.since ?? 0) || byName(left, right)
}

/** Which of many alike is named must not depend on the order in which they were heard of. */
function byName(left: Finding, right: Finding): number {
  const [a, b] = [`${left.subject} ${left.container ?? ''}`, `${right.subject} ${right.container ?? ''}`]
  return a < b ? -1 : Number(a > b)
}

function byWeight(left: Finding, right: Finding): number {
  return weight(left) - weight(right) || byRule(left, right)
}

function rank({ rule }: Finding): number {
  return RANK.get(rule) ?? RULE_IDS.length
}

/** Failures, what may become one, what is held, what is on its way, and last that something is simply awaited. */
function weight({ class: category, reached, rule }: Finding): number {
  if (reached) return 0
  if (category === 'threshold') return 1
  if (category === 'held') return 2
  if (category === 'progressing') return rule === 'incomplete' ? 5 : 3
  return category === 'warning' ? 4 : 6
}

/** Rules that only say that something is not there (yet): what the pods say explains it. */
const CONSEQUENCES: ReadonlySet<RuleId> = new Set([
  'deadline',
  'incomplete',
  'rollout-degraded',
  'blocked-update',
])
const SAYS_NOTHING: ReadonlySet<RuleId> = new Set(['starting', 'incomplete', 'deadline'])

function tell(lead: Finding, sorted: readonly Finding[], { present }: Crowd): string {
  if (lead.podUid === null) {
    const why = CONSEQUENCES.has(lead.rule)
      ? sorted.find((one) => one.podUid !== null && !SAYS_NOTHING.has(one.rule))
      : undefined
    return why === undefined ? sentence(lead) : `${lead.who} ${lead.what}: ${lowerFirst(sentence(why))}`
  }
  const alike = affectedPods(
    sorted.filter(({ rule, container }) => rule === lead.rule && container === lead.container),
  )
  const share = present > 1 ? ` (${alike} of ${present} pods)` : ''
  return `${lead.who}${share} ${lead.what}.`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
