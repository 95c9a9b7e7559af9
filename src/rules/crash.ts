import type { Termination } from '../model/history.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { Context } from './context.ts'
import type { Rule } from './rule.ts'
import type { RuleId } from './rule-ids.ts'
import type { RuleMatch } from './rule-match.ts'
import { clock, count, exitCode } from './words.ts'

/**
 * Containers that end though they should not, as long as they have not proven to stay up. Ordered: what the kernel or
 * the runtime did says more than a plain exit code, and what an exit means depends on the kind of container.
 */
export const CRASH_RULES: readonly Rule<ContainerFacts>[] = [
  oom,
  startFailure,
  lifecycleHook,
  ofKind('init', 'init-failure'),
  ofKind('sidecar', 'sidecar-crash'),
  exitLoop,
  crashLoop,
]

/** Whether a container's crashes still speak against it: it is down, or not yet up for longer than it ever was. */
export function isUnsettled(facts: ContainerFacts, context: Context): boolean {
  const { state } = facts.status
  if (facts.crashCount === 0) return false
  if (state.type === 'running') return context.now < settledAt(facts, context)
  return facts.lastCrash !== null || state.type === 'waiting'
}

/** When a running container will have proven to stay up. Once in a loop, it must outdo its longest run before. */
export function settledAt(facts: ContainerFacts, { policy }: Context): number {
  const { state } = facts.status
  const startedAt = state.type === 'running' ? state.startedAt : Number.POSITIVE_INFINITY
  const inLoop = facts.restarts >= (policy.rules['crash-loop'].times ?? Number.POSITIVE_INFINITY)
  if (!inLoop) return startedAt + policy.settleSeconds
  const longest = Math.max(
    0,
    ...facts.crashes.map((end) => (end.startedAt === 0 ? 0 : end.at - end.startedAt)),
  )
  const proof = Math.min(longest * policy.settleFactor, policy.longestSettleSeconds)
  return startedAt + Math.max(policy.settleSeconds, proof)
}

function oom(facts: ContainerFacts, context: Context): RuleMatch | null {
  const times = countEnds(facts.crashes, ({ reason }) => reason === 'OOMKilled')
  // Killed often enough it stays so, however it ends after that: one more crash is no good news.
  const isProven = times >= (context.policy.rules.oom.times ?? Number.POSITIVE_INFINITY)
  if (facts.lastCrash?.reason !== 'OOMKilled' && !isProven) return null
  const what = `was killed for its memory limit ${often(times)}${last(facts)}`
  return draft('oom', 'OOMKilled', what, facts, context, times)
}

const START_FAILURES: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun', 'RunContainerError'])
const NOT_EXECUTABLE = 126
const NOT_FOUND = 127

/** The runtime could not start the program at all, or the shell could not. */
function startFailure(facts: ContainerFacts, context: Context): RuleMatch | null {
  const { state } = facts.status
  const end = facts.lastCrash
  const reason =
    state.type === 'waiting' && START_FAILURES.has(state.reason) ? state.reason : (end?.reason ?? '')
  const message =
    state.type === 'waiting' && START_FAILURES.has(state.reason) ? state.message : (end?.message ?? '')
  const byShell = end?.exitCode === NOT_EXECUTABLE || end?.exitCode === NOT_FOUND
  if (!START_FAILURES.has(reason) && !byShell) return null
  const isBad = byShell || findCause('start', message) === 'bad-command'
  const times = Math.max(countEnds(facts.crashes, isStartFailure), facts.down ? 1 : 0)
  if (isBad) {
    const what = `cannot run its command (${byShell && end !== null ? exitCode(end.exitCode, end.reason) : 'no such program, or not executable'}), ${count(times, 'attempt')}${last(facts)}`
    return draft('bad-command', reason, what, facts, context, times)
  }
  const what = `cannot be started by the runtime${last(facts)}`
  const since = facts.crashes.find(isStartFailure)?.at ?? waitingSince(facts)
  return { ...draft('runtime-fault', reason, what, facts, context, times), since }
}

function isStartFailure({ reason, exitCode: code }: Termination): boolean {
  return START_FAILURES.has(reason) || code === NOT_EXECUTABLE || code === NOT_FOUND
}

const HOOKS: ReadonlySet<string> = new Set(['PostStartHookError', 'PreCreateHookError', 'PreStartHookError'])

function lifecycleHook(facts: ContainerFacts, context: Context): RuleMatch | null {
  const { state } = facts.status
  if (state.type !== 'waiting' || !HOOKS.has(state.reason)) return null
  const what = `is killed at each start, as its hook fails, ${count(facts.restarts, 'restart')} so far`
  return draft('lifecycle-hook', state.reason, what, facts, context, facts.restarts)
}

function ofKind(kind: 'init' | 'sidecar', rule: RuleId): Rule<ContainerFacts> {
  return (facts, context) => (facts.kind === kind ? looping(rule, facts, context) : null)
}

function exitLoop(facts: ContainerFacts, context: Context): RuleMatch | null {
  const end = facts.lastCrash
  if (end?.exitCode !== 0 || facts.kind !== 'app') return null
  const what = `ended by itself with code 0 though it should run for ever, ${count(facts.restarts, 'restart')}${last(facts)}`
  return draft('exit-loop', crashReason(facts), what, facts, context, facts.restarts)
}

function crashLoop(facts: ContainerFacts, context: Context): RuleMatch | null {
  return looping('crash-loop', facts, context)
}

function looping(rule: RuleId, facts: ContainerFacts, context: Context): RuleMatch {
  const end = facts.lastCrash ?? facts.crashes.at(-1) ?? null
  const how = end === null ? 'keeps ending' : `exited with ${exitCode(end.exitCode, end.reason)}`
  const what = `${how}, ${count(facts.restarts, 'restart')}${last(facts)}`
  return draft(rule, crashReason(facts), what, facts, context, facts.restarts)
}

function crashReason({ status, lastCrash }: ContainerFacts): string {
  if (status.state.type === 'waiting' && status.state.reason !== '') return status.state.reason
  return lastCrash === null || lastCrash.reason === '' ? 'Error' : lastCrash.reason
}

function draft(
  rule: RuleId,
  reason: string,
  what: string,
  facts: ContainerFacts,
  context: Context,
  times: number,
): RuleMatch {
  const end = facts.lastCrash
  const running = facts.status.state.type === 'running'
  const common: RuleMatch = {
    rule,
    reason,
    what,
    since: facts.crashes[0]?.at ?? null,
    times,
    restarts: facts.restarts,
    exitCode: end?.exitCode ?? null,
    changesAt: running ? settledAt(facts, context) : null,
  }
  if (context.owner === 'job') return { ...common, class: 'progressing' }
  return facts.final ? { ...common, class: 'fatal', what: `${what}; nothing starts it again` } : common
}

function last({ crashes, status }: ContainerFacts): string {
  const end = crashes.at(-1)
  if (end === undefined) return ''
  const state =
    status.state.type === 'waiting' && status.state.reason === 'CrashLoopBackOff' ? ', now in back-off' : ''
  return `, last at ${clock(end.at)}${state}`
}

function often(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}

function countEnds(ends: readonly Termination[], matches: (end: Termination) => boolean): number {
  return ends.reduce((sum, end) => sum + (matches(end) ? end.count : 0), 0)
}
