import type { Termination } from '../model/history.ts'
import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import {
  countEnds,
  describeLast,
  endReason,
  FINAL_OR_IN_A_JOB,
  failedProbe,
  IN_A_JOB,
  neverRan,
} from './crash-evidence.ts'
import { OOM } from './memory.ts'
import { resolveWeight } from './policy.ts'
import type { CheckedRule, Match } from './rule.ts'
import { START_RULES } from './start.ts'
import { count, exitCode } from './words.ts'

const READ_ITS_LOG = 'Read the log of the run that ended.'

/** How containers weigh that keep exiting. */
const LOOP = {
  class: 'threshold',
  code: 'process-crashing',
  times: 3,
  counts: 'restarts',
  next: 'last-log',
} as const

const INIT_FAILURE = {
  id: 'init-failure',
  ...LOOP,
  texts: {
    matches: ['CrashLoopBackOff', 'Error', 'any exit of an init container with a code other than 0'],
    exception: FINAL_OR_IN_A_JOB,
    cause:
      'An init container exits with an error: a migration fails, or something that it waits for is missing.',
    remedy: READ_ITS_LOG,
  },
  check: (facts, context) => (facts.kind === 'init' ? describeLoop(facts, context) : null),
} as const satisfies CheckedRule<ContainerFacts>

const SIDECAR_CRASH = {
  id: 'sidecar-crash',
  ...LOOP,
  texts: {
    matches: ['CrashLoopBackOff', 'Error', 'any end of an init container with restartPolicy Always'],
    exception: IN_A_JOB,
    cause: 'A sidecar (an init container that runs as long as the pod) keeps exiting.',
    remedy: READ_ITS_LOG,
  },
  check: (facts, context) => (facts.kind === 'sidecar' ? describeLoop(facts, context) : null),
} as const satisfies CheckedRule<ContainerFacts>

const EXIT_LOOP = {
  id: 'exit-loop',
  ...LOOP,
  texts: {
    matches: ['CrashLoopBackOff', 'Completed', 'exit code 0 under restartPolicy Always'],
    exception: IN_A_JOB,
    cause:
      'The program exits successfully although it should keep running: it went to the background, or it is a task and not a service.',
    remedy: 'Keep the program in the foreground; run a task as a Job.',
  },
  check: exitsWell,
} as const satisfies CheckedRule<ContainerFacts>

const CRASH_LOOP = {
  id: 'crash-loop',
  ...LOOP,
  texts: {
    matches: ['CrashLoopBackOff', 'Error', 'any exit code other than 0'],
    exception: FINAL_OR_IN_A_JOB,
    cause:
      'The program exits with an error, or its liveness or startup probe fails (the exit code is then 137, 143 or 0). Ends that were asked for are no crashes: of a pod that is being deleted, by a restart rule that names the exit code, for a resize in place, of a sidecar with its pod, with a node that restarts.',
    remedy: `${READ_ITS_LOG} The events of the pod show failed probes.`,
  },
  check: (facts, context) => describeLoop(facts, context),
} as const satisfies CheckedRule<ContainerFacts>

/**
 * Containers that exit although they should keep running, until they are stable again. The first that matches counts:
 * what the kernel or the runtime did says more than an exit code, and what an exit means depends on the kind of
 * container.
 */
export const CRASH_RULES = [OOM, ...START_RULES, INIT_FAILURE, SIDECAR_CRASH, EXIT_LOOP, CRASH_LOOP] as const

/** Whether a container's crashes still count against it: it is not running, or not for long enough to count as stable. */
export function isUnstable(facts: ContainerFacts, context: Context): boolean {
  const { state } = facts.status
  if (facts.crashCount === 0) return false
  if (state.type === 'running') return context.now < stableAt(facts, context)
  return facts.lastCrash !== null || state.type === 'waiting'
}

/** When a running container counts as stable. Once it is in a loop, it must run longer than ever before. */
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

function exitsWell(facts: ContainerFacts, { now, policy }: Context): Match | null {
  if (facts.lastCrash?.exitCode !== 0 || facts.kind !== 'app') return null
  // The kubelet stopped it: that it took that well is not why.
  if (failedProbe(facts) !== null) return null
  const times = countRestarts(facts, policy.countsRefusedStarts)
  const what = `exited with code 0 although it should keep running, ${count(times, 'restart')}${describeLast(facts, now)}`
  return { reason: endReason(facts), what, times }
}

/** Null when the runtime has refused every start: see START_RULES. */
function describeLoop(facts: ContainerFacts, { now, policy }: Context): Match | null {
  const isCounted = (end: Termination): boolean => policy.countsRefusedStarts || !neverRan(end)
  const counted = facts.crashes.filter(isCounted)
  if (facts.crashes.length > 0 && counted.length === 0) return null
  const isLast = facts.lastCrash !== null && (policy.countsRefusedStarts || !neverRan(facts.lastCrash))
  const end = (isLast ? facts.lastCrash : null) ?? counted.at(-1) ?? null
  const probe = isLast ? failedProbe(facts) : null
  const code = end === null ? null : exitCode(end.exitCode, end.reason)
  const exited = code === null ? 'keeps exiting' : `exited with ${code}`
  const how = probe === null ? exited : `was stopped because its ${probe} probe failed, and ${exited}`
  const times = countRestarts(facts, policy.countsRefusedStarts)
  const what = `${how}, ${count(times, 'restart')}${describeLast({ crashes: counted }, now)}`
  return { reason: endReason({ lastCrash: isLast ? facts.lastCrash : null, crashes: counted }), what, times }
}

/** Restarts after crashes of the program; with `all` also those after starts that the runtime refused. */
function countRestarts(facts: ContainerFacts, all: boolean): number {
  if (all) return facts.restarts
  const ends = countEnds(facts.crashes, (end) => !neverRan(end))
  const isDown = facts.stopped && (facts.lastCrash === null || !neverRan(facts.lastCrash))
  return Math.max(0, ends - (isDown ? 1 : 0))
}
