import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { Context } from './context.ts'
import type { Rule } from './rule.ts'
import type { RuleMatch } from './rule-match.ts'
import { clock, quote } from './words.ts'

/** Containers that cannot be made as they are described. */
export const CONFIG_RULES: readonly Rule<ContainerFacts>[] = [config, create]

function config(facts: ContainerFacts, { scope }: Context): RuleMatch | null {
  const state = waitingFor(facts, 'CreateContainerConfigError')
  if (state === null) return null
  const since = troubleSince(facts, state)
  const cause = findCause('config', state.message)
  const what = `cannot be configured: ${quote(state.message)}, since ${clock(since)}`
  if (cause === 'config-cache') return { rule: 'config-cache', reason: state.reason, what, since }
  const draft: RuleMatch = { rule: 'config-missing', reason: state.reason, what, since }
  const waitsForSecret = cause === 'secret-not-found' && scope.ignoreSecretNotFound
  return waitsForSecret ? { ...draft, class: 'progressing' } : draft
}

function create(facts: ContainerFacts): RuleMatch | null {
  const state = waitingFor(facts, 'CreateContainerError')
  if (state === null) return null
  const since = troubleSince(facts, state)
  const what = `cannot be created: ${quote(state.message)}, since ${clock(since)}`
  return { rule: 'container-create', reason: state.reason, what, since }
}

function waitingFor({ status }: ContainerFacts, reason: string): Waiting | null {
  return status.state.type === 'waiting' && status.state.reason === reason ? status.state : null
}

/** The kubelet's event tells when it failed first; without it, the pull of the image may be counted in. */
function troubleSince(facts: ContainerFacts, { message }: Waiting): Seconds {
  const earliest = waitingSince(facts)
  const times = facts.events
    .filter(({ reason, message: text }) => reason === 'Failed' && text === `Error: ${message}`)
    .map(({ firstSeen }) => firstSeen)
  return times.length === 0 ? earliest : Math.max(earliest, Math.min(...times))
}
