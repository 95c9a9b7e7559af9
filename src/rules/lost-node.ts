import { findCondition, type Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Node } from '../model/records.ts'
import type { PodFacts } from './container-facts.ts'
import { isOver } from './pod.ts'
import { quote, sinceWhen } from './words.ts'

/** A node that a pod cannot run on any more. */
export interface LostNode {
  /** What is wrong with it, as the rest of a sentence that begins with the node. */
  readonly what: string
  /** As Kubernetes writes it; null where it has no word for it. */
  readonly reason: string | null
  /** When it stopped to answer; null when nothing says it. */
  readonly since: Seconds | null
}

/** A pod may be heard of before its new node is: only then a node that is not known is gone, seconds after the pod was made. */
const NEW_NODE_SECONDS = 60
/**
 * How long a node whose kubelet answers may be not ready before it counts as lost, seconds: a new node is so until its
 * network is there. Kubernetes deletes pods after the same time (DefaultTolerationSeconds, plugin/pkg/admission).
 */
const NOT_READY_SECONDS = 300
/** A deletion that lasts longer than this beyond the pod's grace period hangs, seconds. */
const HANGING_SECONDS = 60
/** How soon after a pod started its node must have stopped to answer for the pod to be suspected, seconds. */
const SUSPECT_SECONDS = 600

/** Reasons of a pod's own Ready condition by which its node is lost; the first two are Kubernetes' own. */
const LOST_REASONS: ReadonlySet<string> = new Set([
  'NodeLost',
  'NodeStatusUnknown',
  'NodeStatusNeverUpdated',
  'NodeUnreachable',
  'NodeNotReady',
])

/**
 * The lost node of a pod; null while nothing says that it is lost. The node itself says it, where it may be read: else
 * only the pod's own status and a deletion that hangs do. That a pod is not ready never says it.
 */
export function findLostNode(facts: PodFacts, now: Seconds): LostNode | null {
  const { pod, node } = facts
  if (pod.node === '' || isOver(pod) || (pod.ready && pod.deletedAt === null)) return null
  if (node === undefined) return lostByItsOwnWords(pod, now)
  if (node === 'gone')
    return now < pod.createdAt + NEW_NODE_SECONDS
      ? null
      : { what: 'is gone', reason: 'NodeLost', since: null }
  if (node.ready === 'Unknown') return describeNode(node, 'does not answer', now)
  return node.ready === 'False' && isKeptBack(pod, node, now) ? describeNode(node, 'is not ready', now) : null
}

/** The next moment at which time alone makes a node a lost one; null: never. */
export function nextLossAt({ pod, node }: PodFacts, now: Seconds): Seconds | null {
  if (pod.node === '' || isOver(pod) || (pod.ready && pod.deletedAt === null)) return null
  const moments = [pod.deletedAt === null ? 0 : pod.deletedAt + HANGING_SECONDS]
  if (node === 'gone') moments.push(pod.createdAt + NEW_NODE_SECONDS)
  else if (node?.ready === 'False') moments.push(node.readySince + NOT_READY_SECONDS)
  const next = Math.min(...moments.filter((at) => at > now))
  return Number.isFinite(next) ? next : null
}

/** Whether a pod still exists long after it should have ended. */
export function isHanging({ deletedAt, owner }: Pod, now: Seconds): boolean {
  return deletedAt !== null && owner?.kind !== 'Node' && now >= deletedAt + HANGING_SECONDS
}

/** Whether a pod ran well on its node, which was lost soon after it had started there. */
export function isSuspect({ containers }: Pod, lostAt: Seconds | null): boolean {
  if (lostAt === null || containers.length === 0 || containers.some(({ ready }) => !ready)) return false
  const starts = containers.map(({ state }) => (state.type === 'running' ? state.startedAt : 0))
  const startedAt = Math.max(...starts)
  return startedAt > 0 && lostAt >= startedAt && lostAt - startedAt <= SUSPECT_SECONDS
}

/**
 * Whether it is its node, which answers but is not ready, that keeps a pod from being ready: Kubernetes marks pods that
 * run so at once; a pod that does not start gets time.
 */
function isKeptBack({ containers, deletedAt }: Pod, { readySince }: Node, now: Seconds): boolean {
  if (deletedAt !== null) return now >= deletedAt + HANGING_SECONDS
  if (containers.length > 0 && containers.every(({ ready }) => ready)) return true
  const isNew = containers.every(({ state, last }) => state.type === 'waiting' && last === null)
  return isNew && now >= readySince + NOT_READY_SECONDS
}

function lostByItsOwnWords(pod: Pod, now: Seconds): LostNode | null {
  const { reason, phase, readySince, conditions } = pod
  if (isHanging(pod, now)) return { what: 'may not answer', reason: null, since: null }
  const own = conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.reason ?? ''
  const found = [reason, own].find((one) => LOST_REASONS.has(one))
  if (found === undefined && phase !== 'Unknown') return null
  return { what: 'does not answer', reason: found ?? null, since: readySince === 0 ? null : readySince }
}

function describeNode({ reason, message, readySince, leaving }: Node, what: string, now: Seconds): LostNode {
  const why = [reason, message === '' ? '' : quote(message)].filter((part) => part !== '').join(', ')
  const from = readySince === 0 ? '' : sinceWhen(readySince, now)
  const taint = leaving.length === 0 ? '' : `; it is about to go (taint ${leaving[0]})`
  return {
    what: `${what}${from}${why === '' ? '' : `: ${why}`}${taint}`,
    reason: reason === '' ? null : reason,
    since: readySince === 0 ? null : readySince,
  }
}

/** The condition with which a pod says that it is not ready. */
export function findUnready({ conditions }: Pod) {
  return findCondition(conditions, 'Ready', 'False') ?? findCondition(conditions, 'Ready', 'Unknown')
}
