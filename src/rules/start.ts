import type { Termination } from '../model/history.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { Context } from './context.ts'
import { countEnds, describeLast, FINAL_OR_IN_A_JOB } from './crash-evidence.ts'
import type { CheckedRule, Match } from './rule.ts'
import { count, exitCode, quote } from './words.ts'

const MINUTE = 60

const START_FAILURES: ReadonlySet<string> = new Set(['RunContainerError', 'StartError', 'ContainerCannotRun'])
const HOOKS: ReadonlySet<string> = new Set(['PostStartHookError', 'PreCreateHookError', 'PreStartHookError'])

/** Containers that fail to start. At most one of these rules matches. */
export const START_RULES = [
  {
    id: 'bad-command',
    class: 'threshold',
    code: 'process-crashing',
    times: 2,
    counts: 'starts',
    texts: {
      matches: [...START_FAILURES, 'exit code 126 or 127'],
      exception: FINAL_OR_IN_A_JOB,
      cause:
        'The command does not exist in the image, is not executable, or is built for another architecture.',
      remedy: 'Correct `command`, `args` or `workingDir`, or the image.',
    },
    check: badCommand,
  },
  {
    id: 'runtime-fault',
    class: 'threshold',
    code: 'node-failure',
    seconds: 3 * MINUTE,
    texts: {
      matches: [...START_FAILURES],
      exception: FINAL_OR_IN_A_JOB,
      cause: 'The runtime cannot start the container, and the message does not blame its command.',
      remedy: 'Look at the runtime on the node of the pod; delete the pod so that it starts on another node.',
    },
    check: runtimeFault,
  },
  {
    id: 'lifecycle-hook',
    class: 'threshold',
    code: 'process-crashing',
    times: 3,
    counts: 'restarts',
    texts: {
      matches: [...HOOKS],
      exception: FINAL_OR_IN_A_JOB,
      cause: 'The hook that runs when the container starts fails, so the kubelet kills the container.',
      remedy: 'Run the command of `lifecycle.postStart` by hand in the image.',
    },
    check: hookFails,
  },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

const NOT_EXECUTABLE = 126
const NOT_FOUND = 127

interface StartFailure {
  readonly reason: string
  readonly message: string
  /** The command is at fault, not the runtime. */
  readonly isBadCommand: boolean
  /** The exit code of a shell that could not run the command; null when the runtime could not. */
  readonly shellExit: number | null
  readonly times: number
}

/** Why the runtime, or a shell in the container, could not start the program; null when it started. */
function readFailure(facts: ContainerFacts): StartFailure | null {
  const { state } = facts.status
  const end = facts.lastCrash
  // The end comes first: it stays, while the waiting state alternates with CrashLoopBackOff.
  const isEndShown = end !== null && START_FAILURES.has(end.reason)
  const shown = !isEndShown && state.type === 'waiting' && START_FAILURES.has(state.reason) ? state : end
  const reason = shown?.reason ?? ''
  const byShell = end?.exitCode === NOT_EXECUTABLE || end?.exitCode === NOT_FOUND
  if (!START_FAILURES.has(reason) && !byShell) return null
  return {
    reason,
    message: shown?.message ?? '',
    isBadCommand: byShell || findCause('start', shown?.message ?? '') === 'bad-command',
    shellExit: byShell ? end.exitCode : null,
    times: Math.max(countEnds(facts.crashes, isStartFailure), facts.stopped ? 1 : 0),
  }
}

function isStartFailure({ reason, exitCode: code }: Termination): boolean {
  return START_FAILURES.has(reason) || code === NOT_EXECUTABLE || code === NOT_FOUND
}

function badCommand(facts: ContainerFacts, { now }: Context): Match | null {
  const failure = readFailure(facts)
  if (failure?.isBadCommand !== true) return null
  const { reason, shellExit, times } = failure
  const why = shellExit === null ? 'no such program, or not executable' : exitCode(shellExit, reason)
  const what = `cannot run its command: ${why}; ${count(times, 'attempt')}${describeLast(facts, now)}`
  return { reason, what, times }
}

function runtimeFault(facts: ContainerFacts, { now }: Context): Match | null {
  const failure = readFailure(facts)
  if (failure === null || failure.isBadCommand) return null
  const { reason, message, times } = failure
  const since = facts.crashes.find(isStartFailure)?.at ?? waitingSince(facts)
  const why = message === '' ? '' : `: ${quote(message)}`
  const what = `cannot be started by the container runtime${why}; ${count(times, 'attempt')}${describeLast(facts, now)}`
  return { reason, what, since, times }
}

function hookFails(facts: ContainerFacts): Match | null {
  const {
    status: { state },
    restarts,
  } = facts
  const reason = state.type === 'waiting' && HOOKS.has(state.reason) ? state.reason : failedHook(facts)
  if (reason === null) return null
  const what = `is killed at each start because its lifecycle hook fails, ${count(restarts, 'restart')}`
  return { reason, what, times: restarts }
}

/** Between two starts only the kubelet's event shows that the hook ended the last run. */
function failedHook({ status, lastCrash, events }: ContainerFacts): string | null {
  const failed = events.some(
    ({ reason, fieldPath, lastSeen }) =>
      reason === 'FailedPostStartHook' &&
      fieldPath.endsWith(`{${status.name}}`) &&
      lastCrash !== null &&
      lastSeen >= lastCrash.startedAt,
  )
  return failed ? 'PostStartHookError' : null
}
