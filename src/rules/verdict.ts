import { type Finding, sentence } from './finding.ts'
import { RULE_IDS, RULES, type RuleId } from './index.ts'
import type { Rule } from './rule.ts'
import { withoutStop } from './words.ts'

/** `unknown`: data are missing. Findings about workloads never come to it. */
export type Verdict = 'pass' | 'pending' | 'fail' | 'unknown'

/** The pods of a revision whose findings are weighed. */
export interface PodQuorum {
  /** Pods of the revision, without those that are being deleted. */
  readonly present: number
  /** Affected pods that make it fail. */
  readonly required: number
  /** The quorum was asked for: then it holds for fatal findings of pods too. */
  readonly strict: boolean
}

/**
 * The verdict on findings about a workload. Any fatal finding, or enough pods with a finding past its threshold: fail. Else
 * any finding that is undecided, in progress or held: pending. Else pass, with the message `good`. Warnings decide nothing.
 * The finding that decides is the first of the findings, and its sentence is in the message; the others follow in order of
 * weight and precedence.
 */
export function decide(findings: readonly Finding[], quorum: PodQuorum, good: string) {
  const sorted = findings.toSorted(byWeight)
  const reached = findings.filter((one) => one.reached)
  const enough = affectedPods(reached) >= quorum.required
  const [cause] = reached
    .filter((one) => one.podUid === null || enough || (one.class === 'fatal' && !quorum.strict))
    .toSorted(byRule)
  if (cause !== undefined) return conclude('fail', cause, cause.reason, sorted, quorum)
  const [open] = sorted.filter((one) => one.class !== 'ok' && one.class !== 'warning')
  if (open === undefined)
    return { verdict: 'pass', code: null, reason: null, message: good, findings: sorted } as const
  const warning = sorted.find((one) => one.class === 'warning')
  const { reason } = open.rule === 'incomplete' && warning !== undefined ? warning : open
  return conclude('pending', open, reason, sorted, quorum)
}

function conclude(
  verdict: 'fail' | 'pending',
  lead: Finding,
  reason: string | null,
  sorted: readonly Finding[],
  quorum: PodQuorum,
) {
  // A finding that too few pods have will not become the code of the failure.
  const code = verdict === 'pending' && lead.reached ? null : lead.code
  const findings = [lead, ...sorted.filter((one) => one !== lead)]
  return { verdict, code, reason, message: describe(lead, sorted, quorum), findings }
}

function affectedPods(findings: readonly Finding[]): number {
  return new Set(findings.map(({ podUid }) => podUid).filter((uid) => uid !== null)).size
}

const RANK: ReadonlyMap<RuleId, number> = new Map(RULE_IDS.map((rule, index) => [rule, index]))

function byRule(left: Finding, right: Finding): number {
  return rank(left) - rank(right) || (left.since ?? 0) - (right.since ?? 0) || byName(left, right)
}

/** The order in which objects arrive must not decide which of several equal findings is named. */
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

/** Failures first, then findings that may become one, those that wait for a person, progress, warnings, and `incomplete`. */
function weight({ class: category, reached, rule }: Finding): number {
  if (reached) return 0
  if (category === 'threshold') return 1
  if (category === 'held') return 2
  if (category === 'progressing') return rule === 'incomplete' ? 5 : 3
  return category === 'warning' ? 4 : 6
}

const CONSEQUENCES = selectRules(({ isConsequence }) => isConsequence === true)
const EXPLAINS_NOTHING = selectRules(({ explainsNothing }) => explainsNothing === true)

function selectRules(matches: (rule: Rule) => boolean): ReadonlySet<RuleId> {
  return new Set(RULES.filter(matches).map(({ id }) => id))
}

/** Whether a finding says why something is so, not only that it is. */
export function namesCause({ rule, class: category }: Finding): boolean {
  return category !== 'ok' && !CONSEQUENCES.has(rule) && !EXPLAINS_NOTHING.has(rule)
}

/** The sentence of a finding that names no cause follows that of one which does, where there is one. */
function describe(lead: Finding, sorted: readonly Finding[], quorum: PodQuorum): string {
  const told = describeAlone(lead, sorted, quorum)
  const cause = namesCause(lead) ? undefined : sorted.find(namesCause)
  return cause === undefined ? told : `${withoutStop(sentence(cause))}; ${told}`
}

function describeAlone(lead: Finding, sorted: readonly Finding[], { present }: PodQuorum): string {
  if (lead.podUid === null) return sentence(lead)
  const alike = affectedPods(
    sorted.filter(({ rule, container }) => rule === lead.rule && container === lead.container),
  )
  const share = present > 1 ? ` (${alike} of ${present} pods)` : ''
  return `${lead.who}${share} ${lead.what}.`
}
