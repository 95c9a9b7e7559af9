import { truncateStart } from '../lib/text.ts'
import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { Rule } from './rule.ts'
import type { RuleId } from './rule-ids.ts'
import type { RuleMatch } from './rule-match.ts'
import { clock, quote } from './words.ts'

/** Why an image is not there. Reasons are exact, so the order of these rules does not matter. */
export const IMAGE_RULES: readonly Rule<ContainerFacts>[] = [
  waiting('InvalidImageName', 'image-name-invalid', 'has an image name that is not valid'),
  waiting(
    'ErrImageNeverPull',
    'image-never-pull',
    'may not pull its image (pull policy Never), which is not on the node',
  ),
  waiting('SignatureValidationFailed', 'image-signature', 'has an image whose signature is not valid'),
  waiting('ImageInspectError', 'image-inspect', 'has an image that the runtime cannot inspect'),
  waiting('RegistryUnavailable', 'image-transient', 'cannot pull its image, the registry is not available'),
  pull,
]

function waiting(reason: string, rule: RuleId, what: string): Rule<ContainerFacts> {
  return (facts) => {
    const { state } = facts.status
    if (state.type !== 'waiting' || state.reason !== reason) return null
    const detail = state.message === '' ? '' : `: ${quote(state.message)}`
    return { rule, reason, what: `${what}${detail}`, since: waitingSince(facts) }
  }
}

const PULL_REASONS: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff'])

const PULL_RULES = {
  'image-not-found': 'cannot pull its image, which does not exist in the registry',
  'image-denied': 'cannot pull its image, the registry refuses it',
  'image-transient': 'cannot pull its image, the registry or the way to it fails for now',
  'image-unknown-cause': 'cannot pull its image',
} as const

function pull(facts: ContainerFacts): RuleMatch | null {
  const { state } = facts.status
  if (state.type !== 'waiting' || !PULL_REASONS.has(state.reason)) return null
  const failures = pullEvents(facts)
  const message = causeText(state, failures)
  const rule = pullRule(message)
  const since = firstFailure(facts, failures)
  const backOff =
    state.reason === 'ImagePullBackOff' ||
    failures.some(({ message: text }) => text.includes('ImagePullBackOff'))
  return {
    rule,
    reason: state.reason,
    what: `${PULL_RULES[rule]}${message === '' ? '' : `: ${quote(cause(message))}`}, since ${clock(since)}`,
    since,
    // Tries that failed: back-off comes after a second look at the same answer.
    times: backOff ? 2 : Math.max(1, ...failures.filter(isPullFailure).map(({ count }) => count)),
  }
}

function pullRule(message: string): keyof typeof PULL_RULES {
  const known = findCause('pull', message)
  return known === 'image-not-found' || known === 'image-denied' || known === 'image-transient'
    ? known
    : 'image-unknown-cause'
}

/** Kubelets before 1.32 say only "Back-off pulling image" in the back-off; then the event of the failure knows why. */
function causeText({ message }: Waiting, events: readonly ClusterEvent[]): string {
  if (message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message)) return message
  return events.filter(isPullFailure).at(-1)?.message ?? ''
}

function isPullFailure({ message }: ClusterEvent): boolean {
  return message.startsWith('Failed to pull image')
}

function pullEvents({ status, events }: ContainerFacts): ClusterEvent[] {
  return events.filter(
    ({ reason, about, message }) =>
      (reason === 'Failed' || reason === 'BackOff') &&
      about.fieldPath.endsWith(`{${status.name}}`) &&
      (message.startsWith('Failed to pull image') || message.includes('ImagePull')),
  )
}

/** When pulling began to fail: the first event says it best; else whatever had to be done before. */
function firstFailure(facts: ContainerFacts, events: readonly ClusterEvent[]): Seconds {
  const earliest = waitingSince(facts)
  const times = events.map(({ firstSeen }) => firstSeen).filter((at) => at >= earliest)
  return times.length === 0 ? earliest : Math.min(...times)
}

/** Shorter than a quote may be, which would cut the end. */
const MAX_CAUSE_CHARACTERS = 150

/** The end of the chain of errors is what happened; what comes before says through whose hands it went. */
function cause(message: string): string {
  const at = message.lastIndexOf('failed to resolve reference')
  const inner = at === -1 ? message : message.slice(at)
  return truncateStart(inner, MAX_CAUSE_CHARACTERS)
}
