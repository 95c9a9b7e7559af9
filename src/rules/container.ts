import { CONFIG_RULES } from './config.ts'
import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { CRASH_RULES, isUnsettled, settledAt } from './crash.ts'
import type { Finding } from './finding.ts'
import { IMAGE_RULES } from './image.ts'
import { firstMatch } from './rule.ts'
import { type RuleMatch, weigh } from './rule-match.ts'
import { clock, exitCode, quote } from './words.ts'

/** Reasons of a container that is simply on its way. An empty one is what the API server fills in before the kubelet. */
const STARTING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', ''])
/** The kubelet takes a while over these; the rules for what went before have spoken by then. */
const BETWEEN_STARTS: ReadonlySet<string> = new Set(['CrashLoopBackOff'])

/**
 * What a container's state tells: what keeps it from being made comes first (the container's ends are then old news),
 * then its crashes, then that it is on its way.
 */
export function containerFinding(facts: ContainerFacts, context: Context): Finding | null {
  const made = firstMatch([...IMAGE_RULES, ...CONFIG_RULES], facts, context)
  if (made !== null) return about(facts, made, context)
  const crash = crashFinding(facts, context)
  return crash ?? onItsWay(facts, context)
}

/** Of the rules for crashes the first that is past its threshold, else the first that matches at all. */
function crashFinding(facts: ContainerFacts, context: Context): Finding | null {
  const unsettled = isUnsettled(facts, context) || startsBadly(facts)
  if (!unsettled) return null
  const findings = CRASH_RULES.map((rule) => rule(facts, context))
    .filter((draft) => draft !== null)
    .map((draft) => about(facts, draft, context))
  const found = findings.find(({ reached }) => reached) ?? findings[0] ?? null
  const fails =
    found?.reached === true && (context.policy.failsRunning || facts.status.state.type !== 'running')
  return fails ? found : (restartEvidence(facts, context) ?? found)
}

const FIRST_START_FAILURES: ReadonlySet<string> = new Set([
  'RunContainerError',
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
])

/** The first start failed, and no end of it is shown yet. */
function startsBadly({ status }: ContainerFacts): boolean {
  return status.state.type === 'waiting' && FIRST_START_FAILURES.has(status.state.reason)
}

function onItsWay(facts: ContainerFacts, context: Context): Finding | null {
  const { state } = facts.status
  if (state.type === 'running' || state.type === 'terminated') return null
  if (STARTING.has(state.reason) || BETWEEN_STARTS.has(state.reason)) {
    const reason = state.reason === '' ? null : state.reason
    return about(facts, { rule: 'starting', reason, what: 'is starting' }, context)
  }
  const detail = state.message === '' ? '' : `: ${quote(state.message)}`
  const what = `waits for a reason that no rule knows, ${state.reason}${detail}`
  return about(facts, { rule: 'unknown-reason', reason: state.reason, what }, context)
}

/**
 * A container that ended a moment ago and is up again is no failure, but no success either: it must be up for a while.
 */
function restartEvidence(facts: ContainerFacts, context: Context): Finding | null {
  const { state } = facts.status
  if (state.type !== 'running' || facts.crashCount === 0) return null
  const until = settledAt(facts, context)
  if (context.now >= until) return null
  const end = facts.lastCrash
  const how = end === null ? 'it ended' : `it exited with ${exitCode(end.exitCode, end.reason)}`
  const what = `was started again at ${clock(state.startedAt)} after ${how}; it counts as up from ${clock(until)} on`
  const draft: RuleMatch = {
    rule: 'restart-evidence',
    reason: end === null || end.reason === '' ? null : end.reason,
    what,
    since: facts.crashes[0]?.at ?? null,
    changesAt: until,
    restarts: facts.restarts,
    exitCode: end?.exitCode ?? null,
  }
  return about(facts, draft, context)
}

function about({ pod, status, kind }: ContainerFacts, draft: RuleMatch, context: Context): Finding {
  const role = { init: 'Init container', sidecar: 'Sidecar', app: 'Container' }[kind]
  const subject = {
    subject: `pod/${pod.name}`,
    podUid: pod.uid,
    container: status.name,
    who: `${role} ${status.name} of pod ${pod.name}`,
  }
  return weigh(draft, subject, context)
}
