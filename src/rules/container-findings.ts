import { CONFIG_RULES } from './config.ts'
import { ON_ITS_WAY_CHECKS, RESTART_RULES } from './container.ts'
import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { CRASH_RULES, isUnstable, stableAt } from './crash.ts'
import type { Finding } from './finding.ts'
import { IMAGE_RULES } from './image.ts'
import { firstMatch } from './rule.ts'
import { type RuleMatch, weigh } from './rule-match.ts'
import { NOT_CREATED } from './start-failure.ts'

/**
 * The finding about a container, if there is one. What keeps it from being created comes first (its ends were before
 * that), then its crashes, then that it is starting.
 */
export function containerFinding(facts: ContainerFacts, context: Context): Finding | null {
  const notMade = firstMatch([...IMAGE_RULES, ...CONFIG_RULES], facts, context)
  if (notMade !== null) return about(facts, notMade, context)
  const crash = crashFinding(facts, context)
  if (crash !== null) return crash
  const onItsWay = firstMatch(ON_ITS_WAY_CHECKS, facts, context)
  return onItsWay === null ? null : about(facts, onItsWay, context)
}

/** The first of the rules about crashes that is past its threshold, else the first that matches. */
function crashFinding(facts: ContainerFacts, context: Context): Finding | null {
  if (!isUnstable(facts, context) && !failsFirstStart(facts)) return null
  const findings = CRASH_RULES.map((rule) => firstMatch([rule], facts, context))
    .filter((match) => match !== null)
    .map((match) => about(facts, completeCrash(match, facts, context), context))
  const found = findings.find(({ reached }) => reached) ?? findings[0] ?? null
  const fails =
    found?.reached === true && (context.policy.failsRunning || facts.status.state.type !== 'running')
  if (fails) return found
  const restarted = firstMatch(RESTART_RULES, facts, context)
  return restarted === null ? found : about(facts, restarted, context)
}

const FIRST_START_FAILURES: ReadonlySet<string> = new Set([
  'RunContainerError',
  // Only where the template is at fault, else another rule matches before.
  NOT_CREATED,
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
])

/** Whether the first start failed and the status does not show its end yet. */
function failsFirstStart({ status }: ContainerFacts): boolean {
  return status.state.type === 'waiting' && FIRST_START_FAILURES.has(status.state.reason)
}

/** Adds what all crashes have in common, whichever rule matched. */
function completeCrash(match: RuleMatch, facts: ContainerFacts, context: Context): RuleMatch {
  const isRunning = facts.status.state.type === 'running'
  const complete: RuleMatch = {
    since: facts.crashes[0]?.at ?? null,
    restarts: facts.restarts,
    exitCode: facts.lastCrash?.exitCode ?? null,
    changesAt: isRunning ? stableAt(facts, context) : null,
    ...match,
  }
  // A Job counts ends: a container that is never created does not end.
  if (context.owner === 'job' && facts.crashCount > 0) return { ...complete, class: 'progressing' }
  return facts.final
    ? { ...complete, class: 'fatal', what: `${match.what}; nothing starts it again` }
    : complete
}

function about({ pod, status, kind }: ContainerFacts, match: RuleMatch, context: Context): Finding {
  const role = { init: 'Init container', sidecar: 'Sidecar', app: 'Container' }[kind]
  const subject = {
    subject: `pod/${pod.name}`,
    podUid: pod.uid,
    container: status.name,
    who: `${role} ${status.name} of pod ${pod.name}`,
  }
  return weigh(match, subject, context)
}
