import { startCause } from '../causes.ts'
import type { Match } from '../finding.ts'
import type { RuleId } from '../policy.ts'
import { exit, quoted, span, times } from '../wording.ts'
import { type ContainerFacts, type ContainerRule, who } from './facts.ts'

const START_FAILURES: readonly string[] = ['RunContainerError', 'StartError', 'ContainerCannotRun']
const HOOK_FAILURES: readonly string[] = ['PostStartHookError', 'PreCreateHookError', 'PreStartHookError']
/** Shells and runtimes: found but not executable, and not found. */
const COMMAND_EXITS: readonly number[] = [126, 127]

/** What a person sees in `kubectl get pods`: why it waits, else how it ended last. */
function reasonOf({ status, lastEnd }: ContainerFacts): string | null {
  const { state } = status
  if (state.type === 'waiting' && state.reason !== '') return state.reason
  return lastEnd === null || lastEnd.reason === '' ? null : lastEnd.reason
}

/** Whether the container is past its crashes. */
function isUp({ evidence }: ContainerFacts, now: number): boolean {
  return evidence.recoveredAt !== null && evidence.recoveredAt <= now
}

function crashMatch(facts: ContainerFacts, rule: RuleId, count: number, what: string, now: number): Match {
  const { evidence, status } = facts
  const since = evidence.since
  const over = evidence.crashes > 1 ? ` in ${span((evidence.last?.at ?? since) - since)}` : ''
  const present =
    status.state.type === 'running' ? `; it is running again since ${span(now - status.state.startedAt)}` : ''
  return {
    rule,
    reason: reasonOf(facts),
    since,
    times: count,
    exitCode: evidence.last?.exitCode ?? null,
    clearsAt: evidence.recoveredAt,
    message: `${who(facts)} ${what} ${times(count)}${over}${present}`,
  }
}

const startFailure: ContainerRule = (facts, { now }) => {
  const { status, lastEnd, evidence } = facts
  const waiting = status.state.type === 'waiting' ? status.state : null
  const failing = waiting !== null && START_FAILURES.includes(waiting.reason)
  const failed = lastEnd !== null && START_FAILURES.includes(lastEnd.reason)
  if (!(failing || failed) || isUp(facts, now)) return null
  const text = [waiting?.message ?? '', lastEnd?.message ?? ''].join(' ')
  const command = startCause(text) === 'command'
  const what = command
    ? 'could not be started, its command cannot be run'
    : 'could not be started by the runtime'
  const why = quoted(failed ? lastEnd.message : (waiting?.message ?? ''))
  const count = Math.max(evidence.crashes, 1)
  return {
    rule: command ? 'bad-command' : 'runtime-fault',
    reason: reasonOf(facts),
    since: evidence.since || facts.waitingSince,
    times: count,
    exitCode: lastEnd?.exitCode ?? null,
    message: `${who(facts)} ${what} (tried ${times(count)}): ${why}`,
  }
}

const commandExit: ContainerRule = (facts, { now }) => {
  const { last, crashes } = facts.evidence
  if (last === null || !COMMAND_EXITS.includes(last.exitCode) || isUp(facts, now)) return null
  return crashMatch(facts, 'bad-command', crashes, `ended with ${exit(last.exitCode)}`, now)
}

const oom: ContainerRule = (facts, { now }) => {
  const { last, ooms } = facts.evidence
  if (last?.reason !== 'OOMKilled' || isUp(facts, now)) return null
  return crashMatch(facts, 'oom', ooms, 'was killed for using more memory than its limit', now)
}

const hook: ContainerRule = (facts, { now }) => {
  const { state } = facts.status
  if (state.type !== 'waiting' || !HOOK_FAILURES.includes(state.reason)) return null
  return crashMatch(
    facts,
    'lifecycle-hook',
    facts.evidence.crashes,
    'was killed because its hook failed',
    now,
  )
}

const KIND_RULES = { init: 'init-failure', sidecar: 'sidecar-crash', app: 'crash-loop' } as const

const crash: ContainerRule = (facts, { now }) => {
  const { last, crashes, onlyZero } = facts.evidence
  if (last === null || isUp(facts, now)) return null
  if (onlyZero) {
    const rule = facts.kind === 'app' ? 'exit-loop' : KIND_RULES[facts.kind]
    return crashMatch(facts, rule, crashes, 'ended with exit code 0 though it should run on', now)
  }
  return crashMatch(facts, KIND_RULES[facts.kind], crashes, `crashed with ${exit(last.exitCode)}`, now)
}

/** Waiting after an end that does not count (or is not known): it will be started again. */
const restarting: ContainerRule = (facts) => {
  const { state, restarts } = facts.status
  if (state.type !== 'waiting' || state.reason === '') return null
  return {
    rule: 'starting',
    reason: state.reason,
    since: facts.waitingSince,
    message: `${who(facts)} is in ${state.reason} after ${times(Math.max(restarts, 1))}`,
  }
}

/** Rules about containers that ended, the most telling first. */
export const crashRules: readonly ContainerRule[] = [startFailure, commandExit, oom, hook, crash, restarting]
