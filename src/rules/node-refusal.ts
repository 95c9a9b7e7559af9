import { type RefusedPods, resolveRefusalGap } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import { isRefused, type Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { isCounted, isOver } from './pod.ts'
import type { Code } from './policy.ts'
import type { CheckedRule, Match, MatchOf, Rule } from './rule.ts'
import { clock, quote, sinceWhen } from './words.ts'

const MINUTE = 60

/**
 * Reasons with which the kubelet refuses what the template asks for, whichever node it is: admissionRejectionReasons in
 * kubernetes/pkg/kubelet/kubelet.go (1.37) and pkg/kubelet/lifecycle.
 */
const TEMPLATE_FAULTS: ReadonlySet<string> = new Set([
  'SysctlForbidden',
  'AppArmor',
  'SMTAlignmentError',
  'PodFeatureUnsupported',
  'PodLevelResourcesNotSupported',
  'PodOSNotSupported',
  'PodOSSelectorNodeLabelDoesNotMatch',
  'SupplementalGroupsPolicyNotSupported',
  'InitContainerRestartPolicyForbidden',
])

/**
 * Reasons that pass by themselves: the node shuts down, is short of something for a while, or has just started and its
 * device plugins have not registered yet.
 */
const PASSING: ReadonlySet<string> = new Set([
  'NodeShutdown',
  'Shutdown',
  'Terminated',
  'NodeLost',
  'Evicted',
  'UnexpectedAdmissionError',
])

/** The scheduler did not know how full the node was; a moment later it does, and chooses another. */
const FULL = /^(OutOf|Node(Affinity|Ports|Name)$|Preempting$|VolumeAttachmentLimitExceeded$)/

/** Refusals within this time are one sign, seconds: a controller that does not wait makes tens of pods in it. */
const SPREAD_SECONDS = 10
/** More refusals than this are more than one sign, however soon they follow each other. */
const MANY_REFUSALS = 5
/** A pod that was refused so long after it was made ran before that, seconds: its node was restarted. */
const MAX_WAIT_SECONDS = 120

export const REFUSED = {
  id: 'refused',
  class: 'threshold',
  code: 'node-failure',
  times: 2,
  seconds: 3 * MINUTE,
  counts: 'refused pods in a row that are more than 10 s apart, on two nodes, or more than five',
  texts: {
    matches: [
      'phase Failed of a pod that never ran, whatever its reason',
      ...TEMPLATE_FAULTS,
      'TopologyAffinityError',
      'OutOfcpu, OutOfmemory, OutOf...',
      'NodeAffinity',
      ...PASSING,
    ],
    exception: `Code invalid-config for ${[...TEMPLATE_FAULTS].join(', ')}. Only the time counts for ${[...PASSING].join(', ')}. A warning in a Job and beside a complete workload; fatal for a pod that nothing replaces.`,
    cause: 'The kubelet refuses the pod before it starts anything, and its replacement as well.',
    remedy:
      'The message says what the node refuses. Correct the template, allow it on the nodes, or keep the pod off those nodes.',
  },
} as const satisfies Rule

/** A pod that nothing replaces is lost when its node refuses it. */
export const REFUSED_FOR_GOOD = { ...REFUSED, check: refusedForGood } satisfies CheckedRule<PodFacts>

function refusedForGood({ pod }: PodFacts, { owner }: Context): Match | null {
  if (owner !== 'bare' || !isRefused(pod)) return null
  const what = `was refused by its node, and nothing replaces it${describe(pod.message)}`
  return {
    reason: pod.reason || 'PodFailed',
    what,
    class: 'fatal',
    since: pod.createdAt,
    code: toCode(pod.reason),
  }
}

/** Refusals of a revision's pods, one after the other. */
interface Row {
  readonly reason: string
  readonly count: number
  readonly firstAt: Seconds
  readonly lastAt: Seconds
  readonly nodes: ReadonlySet<string>
  /** The first that still exists, so that the sentence stays the same while a controller makes pod after pod. */
  readonly pod: Pick<Pod, 'name' | 'uid' | 'node' | 'message'>
}

/** What a revision's refusals come to now, and the pod to name. */
interface Refusals {
  readonly match: MatchOf<'refused'>
  readonly pod: Pick<Pod, 'name' | 'uid'>
}

/**
 * The newest row of refusals of a revision's pods: of those that exist, and of those that were deleted. It ends with the
 * first pod that a node takes.
 */
export function findRefusals(
  pods: readonly PodFacts[],
  deleted: readonly RefusedPods[],
  { owner, now }: Context,
): Refusals | null {
  if (owner === 'bare') return null
  const present = pods
    .filter(({ pod }) => isRefused(pod))
    .map((facts) => ({ pod: facts.pod, at: refusedAt(facts) }))
    .filter(({ pod, at }) => at - pod.createdAt <= MAX_WAIT_SECONDS)
  if (present.length === 0 && deleted.length === 0) return null
  const isReplaced = readReplacements(pods)
  const rows = new Map<string, Row>()
  for (const one of deleted)
    if (!isReplaced(one.name, one.nodes, one.lastAt)) rows.set(one.reason, toRow(one))
  for (const { pod, at } of present.toSorted((left, right) => left.at - right.at)) {
    if (isReplaced(pod.name, [pod.node], at)) continue
    rows.set(pod.reason, extend(rows.get(pod.reason), pod, at))
  }
  const current = [...rows.values()]
    .filter(({ firstAt, lastAt }) => now < lastAt + resolveRefusalGap(firstAt, lastAt))
    .toSorted((left, right) => right.lastAt - left.lastAt || (left.reason < right.reason ? -1 : 1))
  const [row] = current
  return row === undefined ? null : { match: judgeRow(row, owner, now), pod: row.pod }
}

function judgeRow(row: Row, owner: Context['owner'], now: Seconds): MatchOf<'refused'> {
  const { reason, count, firstAt, lastAt, pod } = row
  const again = count === 1 ? ` at ${clock(firstAt, now)}` : ''
  const often = count === 1 ? '' : `; so is each pod${sinceWhen(firstAt, now)}`
  return {
    rule: REFUSED,
    reason: reason || 'PodFailed',
    what: `was refused by node ${pod.node}${again}${describe(pod.message)}${often}`,
    code: toCode(reason),
    since: firstAt,
    changesAt: lastAt + resolveRefusalGap(firstAt, lastAt),
    ...(PASSING.has(reason) ? {} : { times: isSpread(row) ? count : 1 }),
    ...(owner === 'job' ? { class: 'warning' } : {}),
  }
}

/** Whether the refusals are more than one sign of the same. */
function isSpread({ reason, count, firstAt, lastAt, nodes }: Row): boolean {
  if (lastAt - firstAt > SPREAD_SECONDS) return true
  return !FULL.test(reason) && (nodes.size > 1 || count > MANY_REFUSALS)
}

/** Stands for the UID of a pod that no longer exists. */
const DELETED = ''

function toRow({ reason, count, firstAt, lastAt, nodes, name, message }: RefusedPods): Row {
  const pod = { name, uid: DELETED, node: nodes[0] ?? '', message }
  return { reason, count, firstAt, lastAt, nodes: new Set(nodes), pod }
}

function extend(row: Row | undefined, pod: Pod, at: Seconds): Row {
  const { reason, node } = pod
  if (row === undefined || at - row.lastAt > resolveRefusalGap(row.firstAt, row.lastAt))
    return { reason, count: 1, firstAt: at, lastAt: at, nodes: new Set([node]), pod }
  return {
    reason,
    count: row.count + 1,
    firstAt: Math.min(row.firstAt, at),
    lastAt: Math.max(row.lastAt, at),
    nodes: row.nodes.has(node) ? row.nodes : new Set([...row.nodes, node]),
    pod: row.pod.uid === DELETED ? pod : row.pod,
  }
}

/** A refused pod may have no condition that says when; the event of the kubelet says it. */
function refusedAt({ pod, events }: PodFacts): Seconds {
  const said = events.filter(({ reason }) => reason === pod.reason).map(({ lastSeen }) => lastSeen)
  return Math.max(pod.createdAt, pod.readySince, ...said)
}

type IsReplaced = (name: string, nodes: readonly string[], at: Seconds) => boolean

/**
 * Whether a pod that a node took replaced a refused one. In a StatefulSet and a DaemonSet each pod has its place, and one
 * elsewhere replaces nothing.
 */
function readReplacements(pods: readonly PodFacts[]): IsReplaced {
  const admitted = pods.map(({ pod }) => pod).filter(isAdmitted)
  const [placed, others] = [admitted.filter(isPlaced), admitted.filter((pod) => !isPlaced(pod))]
  const newestAt = others.reduce((newest, { createdAt }) => Math.max(newest, createdAt), 0)
  return (name, nodes, at) =>
    newestAt >= at ||
    placed.some(
      (pod) =>
        pod.createdAt >= at &&
        (pod.owner?.kind === 'StatefulSet' ? pod.name === name : nodes.includes(pod.node)),
    )
}

/** Whether a pod is bound to an ordinal or a node. */
function isPlaced({ owner }: Pod): boolean {
  return owner?.kind === 'StatefulSet' || owner?.kind === 'DaemonSet'
}

/** Whether a node has taken a pod: its kubelet writes of each container. */
function isAdmitted(pod: Pod): boolean {
  return isCounted(pod) && !isOver(pod) && pod.containers.length > 0
}

/** Whether a node gives this reason for what the template asks for. */
export function isTemplateFault(reason: string): boolean {
  return TEMPLATE_FAULTS.has(reason)
}

function toCode(reason: string): Code {
  return isTemplateFault(reason) ? 'invalid-config' : REFUSED.code
}

/** The kubelet says `Pod was rejected: ` before each cause (since 1.26). */
function describe(message: string): string {
  const cause = quote(message.replace(/^Pod was rejected: /, ''))
  return cause === '' ? '' : `: ${cause}`
}
