import type { RefusedPods } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import {
  awaited,
  checkProgress,
  hangingPod,
  hangsFrom,
  ownDeadline,
  type Progress,
  unobservedGeneration,
} from '../rules/deadline.ts'
import type { Finding } from '../rules/finding.ts'
import { nextLossAt } from '../rules/lost-node.ts'
import { isCounted, isOver } from '../rules/pod.ts'
import { evictionFindings, podFindings } from '../rules/pod-findings.ts'
import type { Code } from '../rules/policy.ts'
import { requiredPods, resolveDefaultTolerance } from '../rules/quorum.ts'
import { podSubject, type RuleMatch, weigh, workloadSubject } from '../rules/rule-match.ts'
import { decide, type Verdict } from '../rules/verdict.ts'
import { count } from '../rules/words.ts'

/** The result of judging one workload. */
export interface Assessment {
  readonly verdict: Verdict
  readonly code: Code | null
  readonly reason: string | null
  /** One sentence, of any length. */
  readonly message: string
  /** The finding that decides comes first. */
  readonly findings: readonly Finding[]
  /** `kind/name`. */
  readonly target: string
  /** Template hash or revision that was judged; null when it has none. */
  readonly revision: string | null
  readonly generation: number | null
  /** Pods of the revision, without those that are being deleted. */
  readonly pods: number
  readonly readyPods: number
  /** Pods with a finding that counts against them. */
  readonly failingPods: number
  readonly desired: number
}

/** What the file of a kind knows about a workload; assess() judges all kinds in the same way. */
interface AssessmentInput {
  /** As Kubernetes writes it: Deployment. */
  readonly kind: string
  readonly name: string
  /** Default: null. */
  readonly revision?: string | null
  readonly generation: number | null
  readonly desired: number
  /** Pods of the revision. */
  readonly pods: readonly PodFacts[]
  /** What the workload itself says; null: nothing. */
  readonly matches?: readonly (RuleMatch | null)[]
  /** What its status still waits for, as the rest of a sentence; null when it is complete. */
  readonly missing: string | null
  /** Pods that may be affected; absent or null where nothing says it. */
  readonly tolerated?: number | null
  /** Where a kind does not say: the deadline of the policy, and a revision that was never complete. */
  readonly progress: Pick<Progress, 'since'> & Partial<Progress>
  /** Pods of other revisions; looked up only where the workload is not complete. Absent: there are none. */
  readonly oldPods?: () => readonly PodFacts[]
  /** The rest of the sentence when it is good; default: how many pods are ready. */
  readonly good?: string
  /** Its own findings about pods of other revisions or about itself. */
  readonly others?: readonly Finding[]
  /** Refused pods of the revision that its controller deleted. Default: none. */
  readonly refusals?: readonly RefusedPods[]
}

/** Judges a workload: its own findings, those of its pods, and whether it is complete. */
export function assess(subject: AssessmentInput, context: Context): Assessment {
  const { kind, name, desired, pods, matches = [], others = [], refusals = [] } = subject
  const about = workloadSubject(kind, name)
  const own = matches.filter((match) => match !== null).map((match) => weigh(match, about, context))
  const present = pods.map(({ pod }) => pod).filter((pod) => isCounted(pod) && !isOver(pod))
  const ready = present.filter((pod) => pod.ready).length
  const missing = subject.missing ?? lacking(ready, desired, 'ready')
  const evictions = evictionFindings(pods, refusals, missing === null, context)
  const found = [...pods.flatMap((facts) => podFindings(facts, context)), ...evictions]
  const findings = [...own, ...others, ...found]
  if (missing !== null) {
    const everyPod = listOnce([...pods, ...(subject.oldPods?.() ?? [])])
    const leaving = everyPod.filter(isLeaving)
    const progress = {
      ...defaultProgress(subject, present, context),
      ...subject.progress,
      pods: present,
      leaving: leaving.map(({ pod }) => pod),
    }
    findings.push(
      ...leaving
        .filter(({ pod }) => context.now >= hangsFrom(pod))
        .map((facts) => weigh(hangingPod(facts, context.now), podSubject(facts.pod), context)),
    )
    const match = awaiting(missing, findings, progress, context)
    findings.push(weigh({ ...match, changesAt: nextChange(match, everyPod, context.now) }, about, context))
  }
  const tolerated = subject.tolerated ?? resolveDefaultTolerance(desired, context.policy)
  const quorum = {
    present: present.length,
    required: requiredPods(context.scope.quorum, tolerated, desired),
    strict: context.scope.quorum !== null,
  }
  const good = `${kind} ${name} ${subject.good ?? (desired === 0 ? 'wants no pods' : `is complete: ${count(ready, 'pod')} ready`)}.`
  return {
    ...decide(findings, quorum, good),
    target: about.subject,
    revision: subject.revision ?? null,
    generation: subject.generation,
    pods: present.length,
    readyPods: ready,
    failingPods: failingPods(findings),
    desired,
  }
}

function defaultProgress({ progress }: AssessmentInput, pods: readonly Pod[], context: Context) {
  const minReadySeconds = progress.minReadySeconds ?? 0
  const deadlineSeconds = ownDeadline(pods, minReadySeconds, context)
  return { minReadySeconds, deadlineSeconds, expectedPods: 0, wasComplete: false }
}

/** Pods of which some are in both lists. */
function listOnce(pods: readonly PodFacts[]): readonly PodFacts[] {
  return [...new Map(pods.map((facts) => [facts.pod.uid, facts])).values()]
}

function isLeaving({ pod }: PodFacts): boolean {
  return pod.deletedAt !== null && pod.owner?.kind !== 'Node'
}

/** What is awaited is explained otherwise from the moment at which a pod hangs, or its node counts as lost. */
function nextChange(
  { changesAt = null }: RuleMatch,
  pods: readonly PodFacts[],
  now: Seconds,
): Seconds | null {
  const hanging = pods.filter(isLeaving).map(({ pod }) => hangsFrom(pod))
  const lost = pods.map((facts) => nextLossAt(facts, now))
  return [changesAt, ...hanging, ...lost]
    .filter((at) => at !== null && at > now)
    .reduce<Seconds | null>((least, at) => (least === null || (at !== null && at < least) ? at : least), null)
}

/** A workload that waits for a person has no deadline. */
function awaiting(
  missing: string,
  findings: readonly Finding[],
  progress: Progress,
  context: Context,
): RuleMatch {
  if (findings.some((one) => one.class === 'held')) return awaited(missing)
  return checkProgress(missing, progress, context)
}

/**
 * The assessment of a workload whose controller has not observed its newest spec: its status describes the previous one.
 * `until`: when the workload is judged by its status anyway; null: never. `matches`: what keeps the controller from observing it.
 */
export function unobserved(
  subject: Pick<AssessmentInput, 'kind' | 'name' | 'generation' | 'desired' | 'matches'>,
  context: Context,
  until: Seconds | null = null,
): Assessment {
  const { kind, name, generation, desired, matches = [] } = subject
  const match = { ...unobservedGeneration(kind, generation), changesAt: until }
  const about = workloadSubject(kind, name)
  const found = [...matches, match].filter((one) => one !== null).map((one) => weigh(one, about, context))
  return {
    ...decide(found, { present: 0, required: 1, strict: false }, ''),
    target: about.subject,
    revision: null,
    generation,
    pods: 0,
    readyPods: 0,
    failingPods: 0,
    desired,
  }
}

function failingPods(findings: readonly Finding[]): number {
  const against = findings.filter((one) => one.class === 'fatal' || one.class === 'threshold')
  return new Set(against.map(({ podUid }) => podUid).filter((uid) => uid !== null)).size
}

/** `has 1 of 3 pods ready`, while fewer are so than wanted. */
export function lacking(present: number, wanted: number, how: string): string | null {
  return present < wanted ? `has ${present} of ${count(wanted, 'pod')} ${how}` : null
}

/** `waits for 2 pods to terminate`, while there are any. */
export function terminating(pods: number, noun = 'pod'): string | null {
  return pods > 0 ? `waits for ${count(pods, noun)} to terminate` : null
}

/** When the newest of these pods was made; 0 when there is none. */
export function newestPodAt(pods: readonly PodFacts[]): number {
  return Math.max(0, ...pods.map(({ pod }) => pod.createdAt))
}
