import type { Termination } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Terminated, Waiting } from '../model/pod.ts'
import type { Cause } from './cause.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import { countEnds, neverRan, START_FAILURES } from './crash-evidence.ts'
import { quote } from './words.ts'

/** CRI-O and kata run the runtime when the container is created, so that a refused start shows as a refused creation. */
export const NOT_CREATED = 'CreateContainerError'

/** A shell's exit codes: the command is not executable, or was not found. */
const SHELL_CODES: ReadonlySet<number> = new Set([126, 127])

/** The kubelet tries to create a container again within this time, seconds (it looks at a pod every 10 to 15 s). */
const CREATE_RETRY_SECONDS = 30

/**
 * Starts within this time of the first count as one with it, seconds: the kubelet's first retry comes at once, and what a mount
 * needs may appear a moment later. A command does not.
 */
const SAME_START_SECONDS = 10
const NEEDS_TIME: ReadonlySet<Cause> = new Set(['bad-mount', 'memory-too-low'])

/**
 * The reason of every start that the runtime refused, in containerd's word: the kubelet says RunContainerError while it waits for
 * the next one, dockerd ContainerCannotRun at the end, and the reason must not change with them.
 */
const REFUSED = 'StartError'

/** A start that failed before, or without, the program. */
export interface StartFailure {
  readonly reason: string
  /** What the runtime said last; empty when a shell refused, or the kubelet kept no text. */
  readonly text: string
  /** Null: nothing in the pod's template is known to be at fault. */
  readonly cause: Cause | null
  /** The exit code of a shell that could not run the command; null when the runtime could not. */
  readonly shellExit: number | null
  readonly times: number
  readonly since: Seconds
  /** When `times` changes by time alone; null: with the next end or event only. */
  readonly changesAt: Seconds | null
}

/** Why the runtime, or a shell in the container, could not start the program; null when it started. */
export function readStartFailure(facts: ContainerFacts, now: Seconds): StartFailure | null {
  const { state } = facts.status
  const end = facts.lastCrash
  // The end comes first: it stays, while the waiting state alternates with CrashLoopBackOff.
  if (end !== null && START_FAILURES.has(end.reason)) return readStart(facts, end)
  if (state.type === 'waiting' && START_FAILURES.has(state.reason)) return readStart(facts, state)
  if (state.type === 'waiting' && state.reason === NOT_CREATED) return readCreation(facts, state, now)
  if (end === null || !SHELL_CODES.has(end.exitCode)) return null
  return { ...readStart(facts, end), text: '', cause: 'bad-command', shellExit: end.exitCode }
}

/** What in the pod's template keeps a container from starting, by the runtime's text; null when nothing is known to. */
export function findStartCause(message: string): Cause | null {
  return findCause('limit', message) ?? findCause('spec', message) ?? findCause('start', message)
}

function readStart(facts: ContainerFacts, { reason, message }: Terminated | Waiting): StartFailure {
  const cause = findStartCause(message)
  const since = facts.crashes.find(isStartFailure)?.at ?? waitingSince(facts)
  const times = countEnds(facts.crashes, isStartFailure)
  const later = countEnds(facts.crashes, (end) => isStartFailure(end) && end.at >= since + SAME_START_SECONDS)
  return {
    reason: START_FAILURES.has(reason) ? REFUSED : reason,
    text: quoteRuntime(message),
    cause,
    shellExit: null,
    times: Math.max(1, cause !== null && NEEDS_TIME.has(cause) ? later + 1 : times),
    since,
    changesAt: null,
  }
}

function isStartFailure(end: Termination): boolean {
  return neverRan(end) || SHELL_CODES.has(end.exitCode)
}

/** Nothing ends when a container cannot be created: the kubelet's events count the attempts. */
function readCreation(
  facts: ContainerFacts,
  { reason, message }: Waiting,
  now: Seconds,
): StartFailure | null {
  const cause = findStartCause(message)
  // What has no cause in the template may be a slow runtime: see container-create.
  if (cause === null) return null
  const earliest = waitingSince(facts)
  const failures = creationFailures(facts, cause).filter(({ lastSeen }) => lastSeen >= earliest)
  const retriedAt = earliest + CREATE_RETRY_SECONDS
  const isTold = failures.length > 0
  const since = isTold
    ? Math.max(earliest, Math.min(...failures.map(({ firstSeen }) => firstSeen)))
    : earliest
  const newest = Math.max(since, ...failures.map(({ lastSeen }) => lastSeen))
  const isOneStart = NEEDS_TIME.has(cause) && newest < since + SAME_START_SECONDS
  const attempts = isOneStart ? 1 : failures.reduce((sum, { count }) => sum + count, 0)
  return {
    reason,
    text: quoteRuntime(message),
    cause,
    shellExit: null,
    times: isTold ? attempts : now < retriedAt ? 1 : 2,
    since,
    changesAt: isTold || now >= retriedAt ? null : retriedAt,
  }
}

const FAILED = /^(?:\(combined from similar events\): )?Error: /

/** Events about attempts to create the container that failed by a cause; their texts differ, as CRI-O's have the time in them. */
function creationFailures({ status, events }: ContainerFacts, cause: Cause) {
  return events.filter(
    ({ reason, fieldPath, message }) =>
      reason === 'Failed' &&
      fieldPath.endsWith(`{${status.name}}`) &&
      FAILED.test(message) &&
      findStartCause(message.replace(FAILED, '')) === cause,
  )
}

/** What runtimes put before their error: which of them called which. The last one ends what says nothing of the cause. */
const CALLS =
  /^.*(?:error during container init|unable to start container process|starting container process caused|container init caused|container create failed|CreateContainer failed|failed to create shim task|OCI runtime (?:create|start) failed|level=error msg=)[:\s]*\\*["']?/s
/** runc's advice, which is about Docker, and leaves no room for the error before it. */
const ADVICE = /: Are you trying to mount a directory onto a file.*$/s

function quoteRuntime(message: string): string {
  const text = message.replace(ADVICE, '').replace(CALLS, '')
  return quote(text === '' ? message : text)
}
