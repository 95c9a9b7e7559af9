import { endedAt, type Pod } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { neverRan } from './crash-evidence.ts'
import { OOM } from './memory.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quoteRuntime, resolveStartCode } from './start-failure.ts'
import { exitCode } from './words.ts'

const POD_FAILED = {
  id: 'pod-failed',
  class: 'fatal',
  code: 'process-crashing',
  texts: {
    matches: ['phase Failed of a pod that nothing replaces'],
    exception:
      'Where the runtime could not start it, the code is that of the rule about such starts: invalid-config, resource-limits-exceeded or node-failure.',
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

function failedForGood({ pod }: PodFacts, { owner }: Context): Match | null {
  if (owner !== 'bare' || pod.phase !== 'Failed') return null
  const ends = [...pod.initContainers, ...pod.containers].map(({ name, state }) => ({ name, state }))
  const bad = ends.find(({ state }) => state.type === 'terminated' && state.exitCode !== 0)
  const end = bad?.state.type === 'terminated' ? bad.state : null
  const match = {
    reason: pod.reason || end?.reason || 'PodFailed',
    class: 'fatal',
    since: endedAt(pod),
    exitCode: end?.exitCode ?? null,
  } as const
  const failed = 'failed, and nothing replaces it'
  if (end === null || bad === undefined) return { ...match, what: failed }
  if (neverRan(end)) {
    const what = `${failed}: container ${bad.name} could not be started: ${quoteRuntime(end.message)}`
    return { ...match, what, code: resolveStartCode(end.message) }
  }
  return {
    ...match,
    what: `${failed}: container ${bad.name} exited with ${exitCode(end.exitCode, end.reason)}`,
  }
}
