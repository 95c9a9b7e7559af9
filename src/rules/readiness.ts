import type { Condition, Seconds } from '../model/meta.ts'
import { type ContainerKind, type ContainerPart, listContainers, type Pod } from '../model/pod.ts'
import type { NodeFacts, PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { findLostNode, findUnready, isSuspect } from './lost-node.ts'
import { isOver } from './pod.ts'
import type { CheckedRule, Match, MatchOf, Rule } from './rule.ts'
import { clock, quote, sinceWhen } from './words.ts'

const NODE_KILLED = {
  id: 'node-killed',
  class: 'progressing',
  code: 'node-failure',
  texts: {
    matches: ['a node that stops answering within 10 minutes after a pod started there'],
    exception: 'A pod that ran there for longer, or that does not run yet, is judged by `node-not-ready`.',
    cause:
      'The node of the pod does not answer since shortly after the pod started there: the new version may have taken it down.',
    remedy:
      'Look at the node before the rollout goes on to the next one; roll back if the others go the same way.',
  },
  next: 'describe-node',
  check: killedNode,
} as const satisfies CheckedRule<PodFacts>

const NODE_NOT_READY = {
  id: 'node-not-ready',
  class: 'warning',
  code: 'node-failure',
  texts: {
    matches: [
      'a pod on a node whose Ready condition is not True, or that is gone',
      'NodeLost',
      'NodeStatusUnknown',
      'phase Unknown',
    ],
    exception:
      'Without the right to read nodes, progressing for a pod that lost its readiness though all its containers are ready.',
    cause: 'The node of the pod does not answer. A DaemonSet does not wait for such pods.',
    remedy: 'Look at the node. Kubernetes replaces the pod once it gives the node up, except in a DaemonSet.',
  },
  next: 'describe-node',
  check: onLostNode,
} as const satisfies CheckedRule<PodFacts>

const NOT_READY = {
  id: 'not-ready',
  class: 'warning',
  code: null,
  texts: {
    matches: [
      'Ready=False of a pod that runs',
      'a sidecar that is not ready',
      'ReadinessGatesNotReady: a readiness gate that is not True, or has no condition',
    ],
    cause: 'The readiness probe fails, or a readiness gate is not True yet. The deadline decides.',
    remedy:
      'The events of the pod quote the answer of the probe. A readiness gate is set by a controller of its own: see whether that runs and knows the pod.',
  },
  next: 'log',
  check: notReady,
} as const satisfies CheckedRule<PodFacts>

const UNPROVEN = {
  id: 'unproven',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a pod of a canary that started a moment ago and has no readiness probe'],
    cause: 'Such a pod is ready as soon as it runs, also when it is about to crash.',
    remedy: 'Wait. A readiness probe or `minReadySeconds` is a better sign.',
  },
} as const satisfies Rule

/** Pods that run and are not ready, or whose readiness says little. */
export const READINESS_RULES = [NODE_KILLED, NODE_NOT_READY, NOT_READY, UNPROVEN] as const

/** A pod whose node is lost: what its status says of it is old. */
export const LOST_NODE_CHECKS = [NODE_KILLED, NODE_NOT_READY] as const

/** Why a pod whose containers all run is not ready. */
export const READINESS_CHECKS = [NOT_READY, { ...NODE_NOT_READY, check: lostReadiness }] as const

/** A pod without a readiness probe, which counts as stable from `until`. */
export function justStarted(until: Seconds, now: Seconds): MatchOf<'unproven'> {
  const what = `has no readiness probe; counted as stable from ${clock(until, now)}`
  return { rule: UNPROVEN, reason: null, what, changesAt: until }
}

function killedNode(facts: PodFacts, { now }: Context): Match | null {
  const { pod } = facts
  const lost = findLostNode(facts, now)
  if (lost === null || !isSuspect(pod, lost.since)) return null
  const began = pod.containers.every(({ ready }) => ready) ? 'became ready' : 'started'
  const what = `${began} on node ${pod.node}, which then ${lost.what}`
  return { reason: lost.reason, what, since: lost.since }
}

function onLostNode(facts: PodFacts, { now }: Context): Match | null {
  const lost = findLostNode(facts, now)
  if (lost === null) return null
  return { reason: lost.reason, what: `is on node ${facts.pod.node}, which ${lost.what}`, since: lost.since }
}

function notReady(facts: PodFacts, { now }: Context): Match | null {
  const { pod, node } = facts
  if (pod.ready || isOver(pod)) return null
  const since = notReadySince(pod)
  const [gate, ...others] = closedGates(pod)
  const waiting = describeUnready(pod)
  if (waiting !== '') {
    const what = `runs, but is not ready${sinceWhen(since, now)}: ${waiting}${describeProbe(facts)}${describeLeaving(node)}`
    // The gate stays the reason when the containers are ready.
    return { reason: gate?.type ?? null, what, since }
  }
  if (gate !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.map(({ type }) => type).join(', ')}`
    const what = `waits for its readiness gate ${gate.type}${more}${sinceWhen(since, now)}${describeGate(gate)}`
    return { reason: gate.type, what, since }
  }
  const own = findUnready(pod)
  if (pod.containers.length === 0 || isMarkedByController(pod, node)) return null
  const why = [own?.reason, quote(own?.message ?? '')].filter(Boolean).join(', ')
  const what = `is not ready although all its containers are${sinceWhen(since, now)}${why === '' ? '' : `: ${why}`}`
  return { reason: own?.reason || null, what, since }
}

/**
 * Without nodes: a pod that was marked as not ready by the controller that watches nodes. It is not proof enough to do
 * without the pod, but it is the best that can be said.
 */
function lostReadiness({ pod, node }: PodFacts, { now }: Context): Match | null {
  if (pod.ready || isOver(pod) || pod.containers.length === 0) return null
  if (!isMarkedByController(pod, node)) return null
  const since = notReadySince(pod)
  const what = `lost its readiness although all its containers are ready${sinceWhen(since, now)}: its node ${pod.node} may not answer, which Lynceus cannot see without the right to read nodes`
  return { reason: null, what, since, class: 'progressing' }
}

/** The kubelet always gives a reason; the node lifecycle controller gives none (MarkPodsNotReady in its util/node). */
function isMarkedByController(pod: Pod, node: NodeFacts | undefined): boolean {
  return node === undefined && pod.readySince > 0 && (findUnready(pod)?.reason ?? '') === ''
}

function notReadySince({ createdAt, readySince }: Pod): Seconds {
  return Math.max(createdAt, readySince)
}

/** Native sidecars count like containers, as the kubelet counts them. */
function describeUnready(pod: Pod): string {
  const unready = listContainers(pod).filter(({ status: { ready } }) => !ready)
  return [describeNames('container', unready, 'app'), describeNames('sidecar', unready, 'sidecar')]
    .filter((part) => part !== '')
    .join(' and ')
}

/** What the probe of a container that is not ready last answered, by the kubelet's event; empty when none tells. */
function describeProbe({ pod, events }: PodFacts): string {
  const unready = listContainers(pod).filter(({ status: { ready } }) => !ready)
  const [newest] = events
    .filter(({ reason, fieldPath }) => {
      return reason === 'Unhealthy' && unready.some(({ status }) => fieldPath.endsWith(`{${status.name}}`))
    })
    .toSorted((left, right) => right.lastSeen - left.lastSeen || (left.message < right.message ? -1 : 1))
  return newest === undefined ? '' : ` (${quote(newest.message)})`
}

/** `containers app and proxy`; empty when none is of the kind. */
function describeNames(noun: string, parts: readonly ContainerPart[], wanted: ContainerKind): string {
  const names = parts.filter(({ kind }) => kind === wanted).map(({ status }) => status.name)
  return names.length === 0 ? '' : `${noun}${names.length === 1 ? '' : 's'} ${names.join(' and ')}`
}

/** The readiness gates that are not True. */
function closedGates({ conditions, spec: { readinessGates = [] } }: Pod): Condition[] {
  return conditions.filter(({ type, status }) => readinessGates.includes(type) && status !== 'True')
}

function describeGate({ status, reason, message }: Condition): string {
  if (status === '') return ', which nothing has set yet'
  const why = [reason, quote(message)].filter((part) => part !== '').join(', ')
  return why === '' ? '' : `: ${why}`
}

function describeLeaving(node: NodeFacts | undefined): string {
  if (node === undefined || node === 'gone') return ''
  const [taint] = node.leaving
  if (taint !== undefined) return `; its node is about to go (taint ${taint})`
  return node.unschedulable ? '; its node is cordoned' : ''
}
