import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { describeLast, endReason, FINAL_OR_IN_A_JOB, IN_A_JOB } from './crash-evidence.ts'
import { OOM } from './memory.ts'
import { resolveWeight } from './policy.ts'
import type { CheckedRule, Match } from './rule.ts'
import { START_RULES } from './start.ts'
import { count, exitCode } from './words.ts'

const READ_ITS_LOG = 'Read its log: `kubectl logs POD -c CONTAINER --previous`.'

const INIT_FAILURE = {
  id: 'init-failure',
  class: 'threshold',
  code: 'process-crashing',
  times: 3,
  counts: 'restarts',
  texts: {
    matches: ['CrashLoopBackOff', 'Error', 'any exit of an init container with a code other than 0'],
    exception: FINAL_OR_IN_A_JOB,
    cause:
      'An init container ends with an error: a migration that fails, something it waits for that is not there.',
    remedy: READ_ITS_LOG,
  },
  check: (facts) => (facts.kind === 'init' ? describeLoop(facts) : null),
} as const satisfies CheckedRule<ContainerFacts>

const SIDECAR_CRASH = {
  id: 'sidecar-crash',
  class: 'threshold',
  code: 'process-crashing',
  times: 3,
  counts: 'restarts',
  texts: {
    matches: ['CrashLoopBackOff', 'Error', 'any end of an init container with restartPolicy Always'],
    exception: IN_A_JOB,
    cause: 'A sidecar (an init container that runs as long as the pod) keeps ending.',
    remedy: READ_ITS_LOG,
  },
  check: (facts) => (facts.kind === 'sidecar' ? describeLoop(facts) : null),
} as const satisfies CheckedRule<ContainerFacts>

const EXIT_LOOP = {
  id: 'exit-loop',
  class: 'threshold',
  code: 'process-crashing',
  times: 3,
  counts: 'restarts',
  texts: {
    matches: ['CrashLoopBackOff', 'Completed', 'exit code 0 under restartPolicy Always'],
    exception: IN_A_JOB,
    cause:
      'The program ends well though it should run for ever: it went to the background, or it is a task and no service.',
    remedy: 'Keep the program in the foreground; run a task as a Job.',
  },
  check: endsWell,
} as const satisfies CheckedRule<ContainerFacts>

const CRASH_LOOP = {
  id: 'crash-loop',
  class: 'threshold',
  code: 'process-crashing',
  times: 3,
  counts: 'restarts',
  texts: {
    matches: ['CrashLoopBackOff', 'Error', 'any exit code other than 0'],
    exception: FINAL_OR_IN_A_JOB,
    cause:
      'The program ends with an error, or its liveness or startup probe fails (then the exit code is 137 or 143).',
    remedy: `${READ_ITS_LOG} For probes, the events of the pod.`,
  },
  check: (facts) => describeLoop(facts),
} as const satisfies CheckedRule<ContainerFacts>

/**
 * Containers that end though they should not, as long as they have not shown to stay up. The first that matches counts:
 * what the kernel or the runtime did says more than a plain exit code, and what an exit means depends on the kind of
 * container.
 */
export const CRASH_RULES = [OOM, ...START_RULES, INIT_FAILURE, SIDECAR_CRASH, EXIT_LOOP, CRASH_LOOP] as const

/** Whether a container's crashes still speak against it: it is not running, or not yet for longer than it ever did. */
export function isUnstable(facts: ContainerFacts, context: Context): boolean {
  const { state } = facts.status
  if (facts.crashCount === 0) return false
  if (state.type === 'running') return context.now < stableAt(facts, context)
  return facts.lastCrash !== null || state.type === 'waiting'
}

/** When a running container will have shown to stay up. Once in a loop, it must outdo its longest run before. */
export function stableAt(facts: ContainerFacts, { policy }: Context): number {
  const { state } = facts.status
  const startedAt = state.type === 'running' ? state.startedAt : Number.POSITIVE_INFINITY
  const isLooping = facts.restarts >= (resolveWeight(CRASH_LOOP, policy).times ?? Number.POSITIVE_INFINITY)
  if (!isLooping) return startedAt + policy.settleSeconds
  const longest = Math.max(
    0,
    ...facts.crashes.map((end) => (end.startedAt === 0 ? 0 : end.at - end.startedAt)),
  )
  const longer = Math.min(longest * policy.settleFactor, policy.longestSettleSeconds)
  return startedAt + Math.max(policy.settleSeconds, longer)
}

function endsWell(facts: ContainerFacts): Match | null {
  if (facts.lastCrash?.exitCode !== 0 || facts.kind !== 'app') return null
  const what = `ended by itself with code 0 though it should run for ever, ${count(facts.restarts, 'restart')}${describeLast(facts)}`
  return { reason: endReason(facts), what, times: facts.restarts }
}

function describeLoop(facts: ContainerFacts): Match {
  const end = facts.lastCrash ?? facts.crashes.at(-1) ?? null
  const how = end === null ? 'keeps ending' : `exited with ${exitCode(end.exitCode, end.reason)}`
  const what = `${how}, ${count(facts.restarts, 'restart')}${describeLast(facts)}`
  return { reason: endReason(facts), what, times: facts.restarts }
}
