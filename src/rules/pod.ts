import { isOwnReason, type Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { OOM } from './memory.ts'
import type { CheckedRule, Match } from './rule.ts'
import { exitCode } from './words.ts'

const POD_FAILED = {
  id: 'pod-failed',
  class: 'fatal',
  code: 'process-crashing',
  texts: {
    matches: ['phase Failed of a pod that nothing replaces'],
    cause: 'A pod without a controller failed; nothing runs it again.',
    remedy: 'Create it again; better, let a controller own it.',
  },
  check: (facts, context) => failedForGood(facts, context),
} as const satisfies CheckedRule<PodFacts>

/** Pods that failed as a whole. */
export const POD_RULES = [POD_FAILED] as const

/** A pod that nothing replaces is lost with its first OOM kill. */
export const KILLED_FOR_GOOD = {
  ...OOM,
  check: (facts, context) => {
    const match = failedForGood(facts, context)
    return match?.reason === 'OOMKilled' ? match : null
  },
} satisfies CheckedRule<PodFacts>

/** Whether a pod counts: it is not being deleted, and it is not a mirror pod of a node. */
export function isCounted({ deletedAt, owner }: Pod): boolean {
  return deletedAt === null && owner?.kind !== 'Node'
}

/** Whether a pod failed or succeeded: it never runs again. */
export function isOver({ phase }: Pod): boolean {
  return phase === 'Failed' || phase === 'Succeeded'
}

/**
 * Whether a node ended or refused this pod: nobody but a node, or who stands for it, fails a pod with a reason. Its name
 * does not matter, as kubelets get new ones.
 */
export function endedByNode({ phase, reason, containers }: Pod): boolean {
  if (phase !== 'Failed') return false
  if (reason !== '') return !isOwnReason(reason)
  const ends = containers.map(({ state }) => (state.type === 'terminated' ? state.reason : ''))
  return ends.length > 0 && ends.every((end) => end === 'ContainerStatusUnknown')
}

/** When a pod ended, by its containers and its Ready condition. */
export function endedAt({ readySince, containers, createdAt }: Pod): number {
  const ends = containers.map(({ state }) => (state.type === 'terminated' ? state.finishedAt : 0))
  return Math.max(createdAt, readySince, ...ends)
}

function failedForGood({ pod }: PodFacts, { owner }: Context): Match | null {
  if (owner !== 'bare' || pod.phase !== 'Failed') return null
  const ends = [...pod.initContainers, ...pod.containers].map(({ name, state }) => ({ name, state }))
  const bad = ends.find(({ state }) => state.type === 'terminated' && state.exitCode !== 0)
  const end = bad?.state.type === 'terminated' ? bad.state : null
  const how =
    end === null || bad === undefined
      ? ''
      : `: container ${bad.name} exited with ${exitCode(end.exitCode, end.reason)}`
  return {
    reason: pod.reason || end?.reason || 'PodFailed',
    what: `failed, and nothing replaces it${how}`,
    class: 'fatal',
    since: endedAt(pod),
    exitCode: end?.exitCode ?? null,
  }
}
