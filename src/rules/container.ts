import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { isUnstable, stableAt } from './crash.ts'
import type { CheckedRule, Match, Rule } from './rule.ts'
import { clock, exitCode, quote } from './words.ts'

/** Also for pods: see scheduling.ts. */
export const UNKNOWN = {
  id: 'unknown-reason',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['any reason that no rule knows'],
    cause: 'A newer Kubernetes, or another kubelet or scheduler, with a reason that Lynceus does not know.',
    remedy:
      'Read the message. `lynceus_findings_unknown_reason_total` counts them; a report of the reason makes a rule of it.',
  },
} as const satisfies Rule

const RESTART_EVIDENCE = {
  id: 'restart-evidence',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a container that ended since the baseline and runs again since a moment ago'],
    cause: 'Without a readiness probe a container is ready between two crashes, which proves nothing.',
    remedy: 'Wait. A readiness probe tells sooner.',
  },
  check: restarted,
} as const satisfies CheckedRule<ContainerFacts>

const STARTING = {
  id: 'starting',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['ContainerCreating', 'PodInitializing', 'a container without a reason'],
    cause: 'The container is on its way: volumes, network, image, init containers.',
    remedy: 'Wait.',
  },
  explainsNothing: true,
  check: starting,
} as const satisfies CheckedRule<ContainerFacts>

export const UNKNOWN_RULES = [UNKNOWN] as const
export const RESTART_RULES = [RESTART_EVIDENCE] as const
export const STARTING_RULES = [STARTING] as const

/** What a container waits for that is on its way; for one of which no other rule has anything to say. */
export const ON_ITS_WAY_CHECKS = [
  STARTING,
  { ...UNKNOWN, check: waitsForUnknown },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

/** Reasons of a container that is simply on its way. An empty one is what the API server fills in before the kubelet. */
const ON_ITS_WAY: ReadonlySet<string> = new Set([
  'ContainerCreating',
  'PodInitializing',
  '',
  // Between two starts; the rules for what went before have spoken by then.
  'CrashLoopBackOff',
])

function starting({ status: { state } }: ContainerFacts): Match | null {
  if (state.type !== 'waiting' || !ON_ITS_WAY.has(state.reason)) return null
  return { reason: state.reason === '' ? null : state.reason, what: 'is starting' }
}

function waitsForUnknown({ status: { state } }: ContainerFacts): Match | null {
  if (state.type !== 'waiting') return null
  const detail = state.message === '' ? '' : `: ${quote(state.message)}`
  const what = `waits for a reason that no rule knows, ${state.reason}${detail}`
  return { reason: state.reason, what }
}

/**
 * A container that ended a moment ago and is up again is no failure, but no success either: it must be up for a while.
 */
function restarted(facts: ContainerFacts, context: Context): Match | null {
  const { state } = facts.status
  if (state.type !== 'running' || !isUnstable(facts, context)) return null
  const until = stableAt(facts, context)
  const end = facts.lastCrash
  const how = end === null ? 'it ended' : `it exited with ${exitCode(end.exitCode, end.reason)}`
  const what = `was started again at ${clock(state.startedAt)} after ${how}; it counts as up from ${clock(until)} on`
  return {
    reason: end === null || end.reason === '' ? null : end.reason,
    what,
    since: facts.crashes[0]?.at ?? null,
    changesAt: until,
    restarts: facts.restarts,
    exitCode: end?.exitCode ?? null,
  }
}
