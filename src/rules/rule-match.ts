import type { Seconds } from '../model/meta.ts'
import type { Context } from './context.ts'
import type { Code, Finding, FindingClass } from './finding.ts'
import type { RuleWeight } from './policy.ts'
import type { RuleId } from './rule-ids.ts'
import { clock } from './words.ts'

/** What a rule says of its subject; the policy makes a finding of it. */
export interface RuleMatch {
  readonly rule: RuleId
  readonly reason: string | null
  /** The rest of the sentence that begins with the subject, without full stop. */
  readonly what: string
  readonly since?: Seconds | null
  /** What the threshold `times` is held against. */
  readonly times?: number
  readonly restarts?: number
  readonly exitCode?: number | null
  /** The cluster is visibly doing something about it: the policy's patient threshold holds. */
  readonly patient?: boolean
  /** The rule itself knows better than the policy, e.g. that nothing will ever try again. */
  readonly class?: FindingClass
  readonly code?: Code
  /** For what changes by time alone but by no threshold of the policy. */
  readonly changesAt?: Seconds | null
}

/** Whom a finding is about. */
export interface Subject {
  readonly subject: string
  readonly podUid: string | null
  readonly container: string | null
  readonly who: string
}

/** A workload (or any object but a pod) as a subject. */
export function workloadSubject(kind: string, name: string): Subject {
  return { subject: `${kind.toLowerCase()}/${name}`, podUid: null, container: null, who: `${kind} ${name}` }
}

/** Weighs a draft by the policy. */
export function weigh(draft: RuleMatch, subject: Subject, { policy, now }: Context): Finding {
  const weight = policy.rules[draft.rule]
  const category = draft.class ?? weight.class
  const since = draft.since ?? null
  const seconds = draft.patient === true ? (weight.patientSeconds ?? weight.seconds) : weight.seconds
  const dueAt = category === 'threshold' && seconds !== undefined && since !== null ? since + seconds : null
  const often = weight.times !== undefined && (draft.times ?? 0) >= weight.times
  const reached =
    category === 'fatal' || (category === 'threshold' && (often || (dueAt !== null && now >= dueAt)))
  const waits = dueAt !== null && !reached
  return {
    ...subject,
    rule: draft.rule,
    code: draft.code ?? weight.code,
    reason: draft.reason,
    class: category,
    since,
    what: `${draft.what}${outlook(draft, weight, waits ? dueAt : null, reached)}`,
    restarts: draft.restarts ?? 0,
    exitCode: draft.exitCode ?? null,
    reached,
    changesAt: waits ? dueAt : (draft.changesAt ?? null),
  }
}

/** What is still to come until it fails. */
function outlook(draft: RuleMatch, { times }: RuleWeight, dueAt: Seconds | null, reached: boolean): string {
  if (dueAt !== null) return `; it fails at ${clock(dueAt)} if nothing changes`
  if (reached || draft.class !== undefined || times === undefined || draft.times === undefined) return ''
  return `; the limit is ${times}`
}
