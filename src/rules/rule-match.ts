import type { Seconds } from '../model/meta.ts'
import type { Finding } from './finding.ts'
import type { RuleId } from './index.ts'
import { type Policy, type RuleWeight, resolveWeight } from './policy.ts'
import type { MatchOf } from './rule.ts'
import { clock } from './words.ts'

/** A rule that matched, and what it says of its subject; weigh() makes a finding of it. */
export type RuleMatch = MatchOf<RuleId>

/** The subject of a finding. */
interface Subject {
  readonly subject: string
  readonly podUid: string | null
  readonly container: string | null
  readonly who: string
}

/** A pod as a subject. */
export function podSubject({ name, uid }: { readonly name: string; readonly uid: string }): Subject {
  return { subject: `pod/${name}`, podUid: uid, container: null, who: `Pod ${name}` }
}

/** A workload (or any object but a pod) as a subject. */
export function workloadSubject(kind: string, name: string): Subject {
  return { subject: `${kind.toLowerCase()}/${name}`, podUid: null, container: null, who: `${kind} ${name}` }
}

/** Weighs a match by the policy. */
export function weigh(
  match: RuleMatch,
  subject: Subject,
  { policy, now }: { readonly policy: Pick<Policy, 'rules'>; readonly now: Seconds },
): Finding {
  const weight = resolveWeight(match.rule, policy)
  const category = match.class ?? weight.class
  const since = match.since ?? null
  const seconds = match.patient === true ? (weight.patientSeconds ?? weight.seconds) : weight.seconds
  const dueAt = category === 'threshold' && seconds !== undefined && since !== null ? since + seconds : null
  const often = weight.times !== undefined && (match.times ?? 0) >= weight.times
  const reached =
    category === 'fatal' || (category === 'threshold' && (often || (dueAt !== null && now >= dueAt)))
  const waits = dueAt !== null && !reached
  return {
    ...subject,
    rule: match.rule.id,
    code: match.code ?? weight.code,
    reason: match.reason,
    class: category,
    since,
    what: `${match.what}${outlook(match, weight, waits ? dueAt : null, reached, now)}`,
    restarts: match.restarts ?? 0,
    exitCode: match.exitCode ?? null,
    reached,
    changesAt: nextOf(waits ? dueAt : null, match.changesAt ?? null, now),
  }
}

/** The earliest of these moments that is still to come; null when none is. */
function nextOf(one: Seconds | null, other: Seconds | null, now: Seconds): Seconds | null {
  const coming = [one, other].filter((at) => at !== null).filter((at) => at > now)
  return coming.length === 0 ? null : Math.min(...coming)
}

/** A finding about a question itself, which no policy weighs: its match is a whole sentence, and has no threshold. */
export function weighByRecord(match: RuleMatch, subject: string, container: string | null = null): Finding {
  return weigh(match, { subject, podUid: null, container, who: '' }, { policy: { rules: {} }, now: 0 })
}

/** What has to happen before it fails. */
function outlook(
  match: RuleMatch,
  { times }: RuleWeight,
  dueAt: Seconds | null,
  reached: boolean,
  now: Seconds,
): string {
  if (dueAt !== null) return `; fails at ${clock(dueAt, now)} if nothing changes`
  if (reached || match.class !== undefined || times === undefined || match.times === undefined) return ''
  return `; the limit is ${times}`
}
