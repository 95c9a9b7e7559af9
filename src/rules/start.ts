import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { describeLast, FINAL_OR_IN_A_JOB, START_FAILURES } from './crash-evidence.ts'
import type { CheckedRule, Match } from './rule.ts'
import { NOT_CREATED, readStartFailure, type StartFailure } from './start-failure.ts'
import { count, exitCode } from './words.ts'

const MINUTE = 60

const HOOKS: ReadonlySet<string> = new Set(['PostStartHookError', 'PreCreateHookError', 'PreStartHookError'])
/** The second start that fails alike is not bad luck. */
const AT_THE_SECOND = { class: 'threshold', times: 2 } as const
const COUNTS_APART = 'starts, those within 10 s of the first as one'

/**
 * Containers that fail to start. At most one of these rules matches, from the first second to the last, so that the code does
 * not change while the kubelet tries again.
 */
export const START_RULES = [
  {
    id: 'memory-limit-too-low',
    ...AT_THE_SECOND,
    counts: COUNTS_APART,
    code: 'resource-limits-exceeded',
    texts: {
      matches: [...START_FAILURES, NOT_CREATED],
      exception: FINAL_OR_IN_A_JOB,
      cause:
        'The memory limit is too low for the container runtime itself (`container init was OOM-killed`, `set memory limit ... too low`): the program is never reached.',
      remedy:
        'Raise `resources.limits.memory` of the container: a runtime needs some 10 MiB to start anything.',
    },
    check: limitTooLow,
  },
  {
    id: 'bad-container-spec',
    ...AT_THE_SECOND,
    counts: COUNTS_APART,
    code: 'invalid-config',
    texts: {
      matches: [...START_FAILURES, NOT_CREATED],
      exception: FINAL_OR_IN_A_JOB,
      cause:
        'The runtime refuses what the pod template asks for: a mount of a directory onto a file, into a read-only file system or of a path that is not shared; a user or group that the image does not have, or no command at all.',
      remedy:
        'Correct `volumeMounts` (often a `subPath` whose key does not exist), `mountPropagation`, `runAsUser` or `command`.',
    },
    check: badSpec,
  },
  {
    id: 'bad-command',
    ...AT_THE_SECOND,
    counts: 'starts',
    code: 'process-crashing',
    texts: {
      matches: [...START_FAILURES, NOT_CREATED, 'exit code 126 or 127'],
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
      cause:
        'The runtime cannot start the container, and the message does not blame the pod template: a hook of the node, a driver that is not loaded yet, a security profile that is missing there.',
      remedy: 'Look at the runtime on the node of the pod; delete the pod so that it starts on another node.',
    },
    next: 'describe-node',
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

function limitTooLow(facts: ContainerFacts, { now }: Context): Match | null {
  const failure = readStartFailure(facts, now)
  if (failure?.cause !== 'memory-too-low') return null
  return matchOf(failure, 'cannot be started, as its memory limit is too low for the runtime', facts, now)
}

const REFUSED_SPECS: ReadonlyMap<string, string> = new Map([
  ['bad-mount', 'cannot be started, as a mount fails'],
  ['no-command', 'cannot be started, as neither its image nor its template has a command'],
  ['bad-user', 'cannot be started, as its image does not have its user or group'],
])

function badSpec(facts: ContainerFacts, { now }: Context): Match | null {
  const failure = readStartFailure(facts, now)
  const what = REFUSED_SPECS.get(failure?.cause ?? '')
  return failure === null || what === undefined ? null : matchOf(failure, what, facts, now)
}

function badCommand(facts: ContainerFacts, { now }: Context): Match | null {
  const failure = readStartFailure(facts, now)
  if (failure?.cause !== 'bad-command') return null
  const { reason, shellExit, text } = failure
  const byRuntime = text === '' ? 'no such program, or not executable' : text
  const why = shellExit === null ? byRuntime : exitCode(shellExit, reason)
  return matchOf({ ...failure, text: why }, 'cannot run its command', facts, now)
}

function runtimeFault(facts: ContainerFacts, { now }: Context): Match | null {
  const failure = readStartFailure(facts, now)
  if (failure === null || failure.cause !== null) return null
  return matchOf(failure, 'cannot be started by the container runtime', facts, now)
}

function matchOf(failure: StartFailure, what: string, facts: ContainerFacts, now: number): Match {
  const { reason, text, since, times, changesAt } = failure
  const why = text === '' ? '' : `: ${text}`
  const attempts = `${count(times, 'attempt')}${describeLast(facts, now)}`
  return { reason, what: `${what}${why}; ${attempts}`, since, times, changesAt }
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
