import type { ContainerHistory, EvictedPod, RefusedPods } from '../model/history.ts'
import type { ContainerStatus, Pod } from '../model/pod.ts'
import { containerFacts, type PodFacts } from './container-facts.ts'
import { containerFinding } from './container-findings.ts'
import type { Context } from './context.ts'
import { findEvictions, LOST_FOR_GOOD } from './eviction.ts'
import type { Finding } from './finding.ts'
import { HELD_UP_RULES } from './held-up.ts'
import { findRefusals, REFUSED_FOR_GOOD } from './node-refusal.ts'
import { isCounted, isOver, KILLED_FOR_GOOD, POD_RULES } from './pod.ts'
import { LOST_NODE_CHECKS, READINESS_CHECKS } from './readiness.ts'
import { isGoodEnd } from './restart-policy.ts'
import { firstMatch } from './rule.ts'
import { podSubject, weigh } from './rule-match.ts'
import { SCHEDULING_CHECKS } from './scheduling.ts'
import { VOLUME_RULES } from './volume.ts'

/** Why a pod as a whole does not run. The first that matches counts: how it ended, then what keeps it from starting. */
const POD_CHECKS = [
  REFUSED_FOR_GOOD,
  LOST_FOR_GOOD,
  KILLED_FOR_GOOD,
  ...POD_RULES,
  ...LOST_NODE_CHECKS,
  ...SCHEDULING_CHECKS,
  ...VOLUME_RULES,
  ...HELD_UP_RULES,
] as const

/**
 * All findings about a pod. There are none about a pod that is being deleted, nor about a mirror pod, which no controller
 * created.
 */
export function podFindings(facts: PodFacts, context: Context): Finding[] {
  const { pod } = facts
  if (!isCounted(pod)) return []
  if (isHealthy(facts) || (isOver(pod) && context.owner !== 'bare')) return []
  const match = firstMatch(POD_CHECKS, facts, context)
  if (match !== null) return [weigh(match, podSubject(pod), context)]
  if (isOver(pod)) return []
  const containers = containerFacts(facts, context)
    .map((one) => containerFinding(one, context))
    .filter((found) => found !== null)
  if (containers.some(({ rule }) => rule !== 'starting') || isStarting(pod)) return containers
  const notReady = firstMatch(READINESS_CHECKS, facts, context)
  return notReady === null ? containers : [weigh(notReady, podSubject(pod), context)]
}

/** Whether a pod's status is healthy, by its record: records do not change. */
const healthy = new WeakMap<Pod, boolean>()

/**
 * Whether no rule can match: everything runs and is ready, nothing has crashed, nothing was reported. Most pods are healthy
 * at any time, so this decides what an answer costs. A test compares it with the rules.
 */
export function isHealthy({ pod, history, events }: PodFacts): boolean {
  if (events.length > 0) return false
  let known = healthy.get(pod)
  if (known === undefined) {
    known = hasHealthyStatus(pod)
    healthy.set(pod, known)
  }
  return known && (history === undefined || history.containers.every(endedWell))
}

function hasHealthyStatus({ phase, reason, ready, conditions, containers, initContainers }: Pod): boolean {
  const runs = ({ ready: isReady, state, last }: ContainerStatus): boolean =>
    isReady && state.type === 'running' && last === null
  const isDone = ({ state, last }: ContainerStatus): boolean =>
    state.type === 'terminated' && isGoodEnd(state) && last === null
  return (
    ready &&
    phase === 'Running' &&
    reason === '' &&
    conditions.length === 0 &&
    containers.length > 0 &&
    containers.every(runs) &&
    initContainers.every((one) => runs(one) || isDone(one))
  )
}

function endedWell({ kind, terminations }: ContainerHistory): boolean {
  return terminations.every((end) => kind === 'init' && isGoodEnd(end))
}

function isStarting({ containers }: Pod): boolean {
  return containers.length === 0 || containers.some(({ state }) => state.type === 'waiting')
}

/** Pods of a revision that its owner deleted. */
interface DeletedByOwner {
  readonly refused: readonly RefusedPods[]
  readonly evicted: readonly EvictedPod[]
}

/**
 * The findings about what nodes did to a revision's pods: refusals and evictions. Old refusals decide nothing where the
 * workload is complete without those pods.
 */
export function evictionFindings(
  pods: readonly PodFacts[],
  deleted: DeletedByOwner,
  isComplete: boolean,
  context: Context,
): Finding[] {
  const refusals = findRefusals(pods, deleted.refused, context)
  const evictions = findEvictions(
    pods.map(({ pod }) => pod),
    deleted.evicted,
    context,
  )
  const found: Finding[] = []
  if (refusals !== null) {
    const finding = weigh(refusals.match, podSubject(refusals.pod), context)
    found.push(isComplete ? toWarning(finding) : aboutRevision(finding))
  }
  if (evictions !== null) {
    const finding = weigh(evictions.match, podSubject(evictions.pod), context)
    // A single eviction decides nothing: the workload's status says whether the replacement is there.
    found.push(finding.reached ? aboutRevision(finding) : toWarning(finding))
  }
  return found
}

/** What is reached is about the revision, not about the pod that it names. */
function aboutRevision(finding: Finding): Finding {
  return finding.reached ? { ...finding, podUid: null } : finding
}

function toWarning(finding: Finding): Finding {
  return { ...finding, class: 'warning', reached: false, podUid: null }
}
