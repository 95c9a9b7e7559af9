import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { Context } from './context.ts'
import type { CheckedRule, Match } from './rule.ts'
import { findStartCause, NOT_CREATED } from './start-failure.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60
const UNTOLD = 'no event says when it failed first, as without the right to events'

/** Containers that cannot be created from their spec. At most one of these rules matches. */
export const CONFIG_RULES = [
  {
    id: 'config-missing',
    class: 'threshold',
    code: 'invalid-config',
    // A Secret and the pod that reads it are often applied together, in any order.
    seconds: 30,
    patientSeconds: 5 * MINUTE,
    texts: {
      matches: ['CreateContainerConfigError'],
      patient: UNTOLD,
      exception: 'With `ignoreSecretNotFound`, a Secret that does not exist is progressing.',
      cause:
        'A ConfigMap, a Secret or a key in one of them does not exist; or the image runs as root and the pod forbids it.',
      remedy:
        'Create the missing object in the same namespace, or correct the reference or `securityContext`.',
    },
    check: configMissing,
  },
  {
    id: 'config-cache',
    class: 'progressing',
    code: null,
    texts: {
      matches: ['CreateContainerConfigError'],
      cause: 'The kubelet has not read the ConfigMap or Secret yet (`failed to sync ... cache`).',
      remedy: 'None: it resolves itself within seconds.',
    },
    check: (facts, context) => {
      const state = waitingFor(facts, 'CreateContainerConfigError')
      return state === null || !isCacheMiss(state) ? null : cannotBe('configured', facts, state, context)
    },
  },
  {
    id: 'container-create',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 3 * MINUTE,
    patientSeconds: 10 * MINUTE,
    texts: {
      matches: ['CreateContainerError'],
      patient: UNTOLD,
      cause:
        'The runtime cannot create the container: a name that is still taken, a device or a security profile that its node does not have, a slow runtime.',
      remedy: 'Read the message; if it names nothing in the pod, look at the runtime on its node.',
    },
    check: (facts, context) => {
      const state = waitingFor(facts, NOT_CREATED)
      // Where the template is at fault, the rules about starts say so.
      if (state === null) return null
      if (!context.policy.countsRefusedStarts && findStartCause(state.message) !== null) return null
      return cannotBe('created', facts, state, context)
    },
  },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

function configMissing(facts: ContainerFacts, context: Context): Match | null {
  const state = waitingFor(facts, 'CreateContainerConfigError')
  if (state === null || isCacheMiss(state)) return null
  const match = cannotBe('configured', facts, state, context)
  const waitsForSecret =
    context.scope.ignoreSecretNotFound && findCause('config', state.message) === 'secret-not-found'
  return waitsForSecret ? { ...match, class: 'progressing' } : match
}

/** Only the kubelet's own cache lags: nothing is missing in the cluster. */
function isCacheMiss({ message }: Waiting): boolean {
  return findCause('config', message) === 'config-cache'
}

function cannotBe(made: string, facts: ContainerFacts, state: Waiting, { now }: Context): Match {
  const { since, isKnown } = failingSince(facts, state)
  return {
    reason: state.reason,
    what: `cannot be ${made}${sinceWhen(since, now)}: ${quote(state.message)}`,
    since,
    patient: !isKnown,
  }
}

function waitingFor({ status }: ContainerFacts, reason: string): Waiting | null {
  return status.state.type === 'waiting' && status.state.reason === reason ? status.state : null
}

const ERROR = 'Error: '

/**
 * When the kubelet first failed like this, by its events. Without an event the time includes the pull of the image, unless the
 * container ran before.
 */
function failingSince(
  facts: ContainerFacts,
  { reason, message }: Waiting,
): { readonly since: Seconds; readonly isKnown: boolean } {
  const { status, events } = facts
  const earliest = waitingSince(facts)
  const cause = findCause('config', message)
  const isAlike = (text: string): boolean =>
    withoutNumbers(text) === withoutNumbers(message) ||
    (reason !== NOT_CREATED && findCause('config', text) === cause)
  const times = events
    .filter(
      ({ reason: about, fieldPath, message: text }) =>
        about === 'Failed' &&
        (fieldPath === '' || fieldPath.endsWith(`{${status.name}}`)) &&
        text.startsWith(ERROR) &&
        isAlike(text.slice(ERROR.length)),
    )
    .map(({ firstSeen }) => firstSeen)
  if (times.length === 0) return { since: earliest, isKnown: status.last !== null }
  return { since: Math.max(earliest, Math.min(...times)), isKnown: true }
}

/** Texts of equal failures differ in their IDs and times: each attempt makes another container. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/[0-9a-f]{12,}|\d+/g, '#')
}
