import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { isOver } from './pod.ts'
import type { CheckedRule, Match, MatchOf, Rule } from './rule.ts'
import { clock, sinceWhen } from './words.ts'

const NODE_NOT_READY = {
  id: 'node-not-ready',
  class: 'warning',
  code: null,
  texts: {
    matches: ['Ready=False though all containers are ready'],
    cause: 'The node of the pod does not answer.',
    remedy: 'Look at the node. Kubernetes replaces the pod once it gives the node up.',
  },
  next: 'describe-node',
  check: silentNode,
} as const satisfies CheckedRule<PodFacts>

const NOT_READY = {
  id: 'not-ready',
  class: 'warning',
  code: null,
  texts: {
    matches: ['Ready=False of a pod that runs', 'a readiness gate that is not True'],
    cause: 'The readiness probe fails, or a readiness gate is not True yet. The deadline decides.',
    remedy: 'The events of the pod quote the answer of the probe.',
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
export const READINESS_RULES = [NODE_NOT_READY, NOT_READY, UNPROVEN] as const

/** Why a pod whose containers all run is not ready. */
export const READINESS_CHECKS = [NODE_NOT_READY, NOT_READY] as const

/** A pod without a readiness probe, which counts as stable from `until`. */
export function justStarted(until: Seconds, now: Seconds): MatchOf<'unproven'> {
  const what = `has no readiness probe; counted as stable from ${clock(until, now)}`
  return { rule: UNPROVEN, reason: null, what, changesAt: until }
}

function notReady({ pod }: PodFacts, { now }: Context): Match | null {
  if (pod.ready || isOver(pod)) return null
  const since = notReadySince(pod)
  const waiting = unreadyContainers(pod)
  if (waiting.length > 0) {
    const who = waiting.length === 1 ? 'container' : 'containers'
    const what = `runs, but is not ready${sinceWhen(since, now)}: ${who} ${waiting.join(' and ')}`
    return { reason: null, what, since }
  }
  const gate = closedGate(pod)
  if (gate === undefined) return null
  return { reason: gate, what: `waits for its readiness gate ${gate}${sinceWhen(since, now)}`, since }
}

function silentNode({ pod }: PodFacts): Match | null {
  if (pod.ready || isOver(pod) || pod.containers.length === 0) return null
  if (unreadyContainers(pod).length > 0 || closedGate(pod) !== undefined) return null
  return {
    reason: null,
    what: 'is not ready although all its containers are: its node may not answer',
    since: notReadySince(pod),
  }
}

function notReadySince({ createdAt, readySince }: Pod): Seconds {
  return Math.max(createdAt, readySince)
}

function unreadyContainers({ containers }: Pod): string[] {
  return containers.filter(({ ready }) => !ready).map(({ name }) => name)
}

/** The first readiness gate that is not True. */
function closedGate({ conditions }: Pod): string | undefined {
  return conditions.find(({ type, status }) => !KUBELET_CONDITIONS.has(type) && status !== 'True')?.type
}

const KUBELET_CONDITIONS: ReadonlySet<string> = new Set([
  'Ready',
  'ContainersReady',
  'Initialized',
  'PodScheduled',
  'PodReadyToStartContainers',
  'DisruptionTarget',
  // Since 1.36 on every pod whose containers can restart all others: False while they do not.
  'AllContainersRestarting',
  'PodResizePending',
  'PodResizeInProgress',
])
