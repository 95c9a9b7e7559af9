import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Context } from './context.ts'
import type { Code, Finding, Verdict } from './finding.ts'
import { plural } from './wording.ts'

/** What was judged, and how. */
export interface Judgement {
  readonly verdict: Verdict
  /** Only with `fail`, and `held`. */
  readonly code: Code | null
  readonly reason: string | null
  /** A sentence. */
  readonly message: string
  readonly findings: readonly Finding[]
  /** The earliest moment at which the verdict can change though nothing happens. */
  readonly recheckAt: Seconds | null
  /** Present pods of the revision. */
  readonly pods: readonly Pod[]
  readonly desired: number
  readonly failingPods: number
  /** kind/name or hash=... */
  readonly target: string
  readonly revision: string | null
  readonly generation: number | null
}

/** A revision of a workload, with what its rules found. */
export interface Case {
  readonly target: string
  readonly revision: string | null
  readonly generation: number | null
  readonly pods: readonly Pod[]
  readonly desired: number
  /** Pods that may fail without making the workload fail. */
  readonly tolerated: number
  readonly findings: readonly Finding[]
  /** Moments at which time alone may change the verdict, besides those of the findings. */
  readonly turns?: readonly (Seconds | null)[]
  /** Said when all is well. */
  readonly good: string
}

/** Findings to a verdict: any that is final, on enough pods, fails; any other keeps it pending; held is told as such. */
export function judge(judged: Case, context: Context): Judgement {
  const { findings, pods } = judged
  const final = findings.filter((one) => one.final)
  const affected = new Set(final.flatMap(({ pod }) => (pod === null ? [] : [pod])))
  const enough = isEnough(affected.size, judged, context)
  const failing = final.filter(({ pod }) => pod === null || enough)
  const open = findings.filter((one) => one.class !== 'warning')
  const main = failing.length > 0 ? foremost(failing) : foremost(open)
  const verdict: Verdict = failing.length > 0 ? 'fail' : open.length > 0 ? 'pending' : 'pass'
  const told = verdict === 'fail' || main?.class === 'held' ? (main?.code ?? null) : null
  return {
    verdict,
    code: told,
    reason: main?.reason ?? null,
    message: sentence(main === null ? judged.good : spread(main, findings, pods.length)),
    findings,
    recheckAt: nextTurn(judged, context.now),
    pods,
    desired: judged.desired,
    failingPods: new Set(findings.flatMap((one) => (isAgainst(one) && one.pod !== null ? [one.pod] : [])))
      .size,
    target: judged.target,
    revision: judged.revision,
    generation: judged.generation,
  }
}

function isAgainst({ class: found }: Finding): boolean {
  return found === 'fatal' || found === 'threshold'
}

/** Whether so many affected pods are too many. All pods of a revision always are. */
function isEnough(affected: number, { pods, desired, tolerated }: Case, { quorum }: Context): boolean {
  if (affected === 0) return false
  if (quorum === null) return affected > tolerated || affected >= pods.length
  if ('pods' in quorum) return affected >= quorum.pods
  return affected >= Math.max(1, Math.ceil(quorum.share * Math.max(desired, pods.length)))
}

const CLASS_ORDER: readonly Finding['class'][] = ['fatal', 'threshold', 'progressing', 'held', 'warning']
/** Rules that only say that it takes too long or is not done: any cause says more. */
const VAGUE: readonly string[] = [
  'deadline',
  'rollout-degraded',
  'not-ready',
  'incomplete',
  'generation',
  'starting',
  'blocked-by-old-pod',
]

/** The finding that says most: a cause before its consequence, what is surest, what began first. */
function foremost(findings: readonly Finding[]): Finding | null {
  const rank = ({ rule, class: found, final }: Finding): number =>
    (final ? 0 : 100) + (VAGUE.includes(rule) ? 50 + VAGUE.indexOf(rule) : 0) + CLASS_ORDER.indexOf(found)
  return findings.reduce<Finding | null>(
    (best, one) => (best === null || rank(one) < rank(best) ? one : best),
    null,
  )
}

/** The finding's message, and how many pods have the like. */
function spread(main: Finding, findings: readonly Finding[], pods: number): string {
  if (main.pod === null) return main.message
  const alike = new Set(findings.filter(({ rule }) => rule === main.rule).map(({ pod }) => pod)).size
  if (pods <= 1 || alike === 0) return main.message
  return `${main.message} (${alike === 1 ? 'one' : alike} of ${plural(pods, 'pod')})`
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.…!?]$/.test(capital) ? capital : `${capital}.`
}

function nextTurn({ findings, turns = [] }: Case, now: Seconds): Seconds | null {
  const moments = [...findings.flatMap(({ finalAt, clearsAt }) => [finalAt, clearsAt]), ...turns]
  const coming = moments.filter((moment): moment is Seconds => moment !== null && moment > now)
  return coming.length === 0 ? null : Math.min(...coming)
}
