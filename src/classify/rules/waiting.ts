import type { Waiting } from '../../model/pod.ts'
import { configCause, isVolumeMissing, pullCause } from '../causes.ts'
import type { Context } from '../context.ts'
import type { Match } from '../finding.ts'
import type { RuleId } from '../policy.ts'
import { quoted } from '../wording.ts'
import { type ContainerFacts, type ContainerRule, who } from './facts.ts'

/** A rule about a container that waits for one of these reasons. */
function whileWaiting(
  reasons: readonly string[],
  match: (facts: ContainerFacts, waiting: Waiting, context: Context) => Match,
): ContainerRule {
  return (facts, context) => {
    const { state } = facts.status
    return state.type === 'waiting' && reasons.includes(state.reason) ? match(facts, state, context) : null
  }
}

/** A rule whose message is the reason's own. */
function plain(rule: RuleId, reason: string, says: string): ContainerRule {
  return whileWaiting([reason], (facts, waiting) => ({
    rule,
    reason,
    since: facts.waitingSince,
    message: `${who(facts)} ${says}: ${quoted(waiting.message) || reason}`,
  }))
}

const PULL_RULES = {
  'not-found': { rule: 'image-not-found', says: 'cannot be pulled because the image does not exist' },
  denied: { rule: 'image-denied', says: 'cannot be pulled because the registry refuses access' },
  transient: { rule: 'image-transient', says: 'cannot be pulled now; the registry fails or is out of reach' },
  unknown: { rule: 'image-unknown-cause', says: 'cannot be pulled' },
} as const

const pull = whileWaiting(
  ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable'],
  (facts, waiting, context) => {
    const events = context
      .eventsAbout(facts.pod.uid)
      .filter(
        ({ reason, about }) => reason === 'Failed' && about.fieldPath.includes(`{${facts.status.name}}`),
      )
    const pulls = events.filter(({ message }) => message.startsWith('Failed to pull image'))
    // In back-off the waiting message may have lost the cause; the event of the pull has it.
    const cause =
      pullCause(waiting.message) ??
      (waiting.reason === 'RegistryUnavailable' ? 'transient' : null) ??
      pullCause(pulls.at(-1)?.message ?? '')
    const { rule, says } = PULL_RULES[cause ?? 'unknown']
    const tries = pulls.reduce((sum, { count }) => sum + count, 0)
    return {
      rule,
      reason: waiting.reason,
      since: facts.waitingSince,
      times: Math.max(tries, waiting.reason === 'ImagePullBackOff' ? 2 : 1),
      message: `the image of ${who(facts)} ${says}: ${quoted(waiting.message || (pulls.at(-1)?.message ?? ''))}`,
    }
  },
)

const config = whileWaiting(['CreateContainerConfigError'], (facts, waiting, context) => {
  const cause = configCause(waiting.message)
  const waited = cause === 'cache' || (cause === 'secret' && context.ignoreSecretNotFound)
  return {
    rule: waited ? 'config-cache' : 'config-missing',
    reason: waiting.reason,
    since: facts.waitingSince,
    message: `${who(facts)} cannot be configured: ${quoted(waiting.message)}`,
  }
})

/** Events that say why a pod's containers are not even being created. */
const VOLUME_EVENTS: readonly string[] = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
]

/** A volume or sandbox that failed within so long still keeps it waiting: the kubelet tries again within 2 min 2 s. */
const EVENT_FRESH_SECONDS = 180

export function volumeMatch({ pod }: ContainerFacts, context: Context): Match | null {
  const failures = context
    .eventsAbout(pod.uid)
    .filter(
      ({ reason, lastSeen }) =>
        VOLUME_EVENTS.includes(reason) && context.now - lastSeen <= EVENT_FRESH_SECONDS,
    )
  const newest = failures.reduce((a, b) => (b.lastSeen > (a?.lastSeen ?? 0) ? b : a), failures[0])
  if (newest === undefined) return null
  const since = Math.min(...failures.map(({ firstSeen }) => firstSeen))
  const missing = isVolumeMissing(newest.message)
  return {
    rule: missing ? 'volume-missing' : 'volume',
    reason: newest.reason,
    since,
    message: `pod ${pod.name} cannot start its containers: ${quoted(newest.message)}`,
  }
}

const creating = whileWaiting(['ContainerCreating', 'PodInitializing'], (facts, waiting, context) => {
  return (
    volumeMatch(facts, context) ?? {
      rule: 'starting',
      reason: null,
      since: facts.waitingSince,
      message: `${who(facts)} is being ${waiting.reason === 'PodInitializing' ? 'held until the init containers are done' : 'created'}`,
    }
  )
})

/** Reasons that crash rules judge, with the ends of the container before their eyes. */
const OF_CRASHES: readonly string[] = [
  'CrashLoopBackOff',
  'RunContainerError',
  'StartError',
  'ContainerCannotRun',
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
  'PreStopHookError',
  '',
]

const unknown: ContainerRule = (facts) => {
  const { state } = facts.status
  if (state.type !== 'waiting' || OF_CRASHES.includes(state.reason)) return null
  return {
    rule: 'unknown-reason',
    reason: state.reason,
    since: facts.waitingSince,
    message: `${who(facts)} waits for a reason that no rule knows, ${state.reason}: ${quoted(state.message)}`,
  }
}

/** Rules about containers that wait to be started. */
export const waitingRules: readonly ContainerRule[] = [
  plain('image-name-invalid', 'InvalidImageName', 'has an image name that cannot be parsed'),
  plain('image-never-pull', 'ErrImageNeverPull', 'may not pull its image, and the node does not have it'),
  plain('image-signature', 'SignatureValidationFailed', 'has an image whose signature is not valid'),
  plain('image-inspect', 'ImageInspectError', 'has an image that cannot be inspected'),
  pull,
  config,
  plain('container-create', 'CreateContainerError', 'cannot be created'),
  creating,
  unknown,
]
