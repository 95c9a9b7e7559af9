import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { Context } from './context.ts'
import type { CheckedRule, Match } from './rule.ts'
import { clock, quote } from './words.ts'

const MINUTE = 60

/** Containers that cannot be made as they are described. At most one of these rules matches. */
export const CONFIG_RULES = [
  {
    id: 'config-missing',
    class: 'threshold',
    code: 'invalid-config',
    // A Secret and what reads it are often applied together, in any order.
    seconds: 30,
    texts: {
      matches: ['CreateContainerConfigError'],
      exception: 'With `ignoreSecretNotFound`, a Secret that does not exist is progressing.',
      cause:
        'A ConfigMap, a Secret or a key in one does not exist; or the image wants to run as root and the pod forbids it.',
      remedy:
        'Create what is missing (in the same namespace), or correct the reference or `securityContext`.',
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
      remedy: 'None: it mends itself within seconds.',
    },
    check: (facts) => {
      const state = waitingFor(facts, 'CreateContainerConfigError')
      return state === null || !isCacheMiss(state) ? null : cannotBe('configured', facts, state)
    },
  },
  {
    id: 'container-create',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 3 * MINUTE,
    texts: {
      matches: ['CreateContainerError'],
      cause:
        'The runtime cannot create the container: a name still taken, a bad mount or device, a slow runtime.',
      remedy: 'Read the message; if it names nothing of the pod, look at the runtime on its node.',
    },
    check: (facts) => {
      const state = waitingFor(facts, 'CreateContainerError')
      return state === null ? null : cannotBe('created', facts, state)
    },
  },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

function configMissing(facts: ContainerFacts, { scope }: Context): Match | null {
  const state = waitingFor(facts, 'CreateContainerConfigError')
  if (state === null || isCacheMiss(state)) return null
  const match = cannotBe('configured', facts, state)
  const waitsForSecret =
    scope.ignoreSecretNotFound && findCause('config', state.message) === 'secret-not-found'
  return waitsForSecret ? { ...match, class: 'progressing' } : match
}

/** The kubelet's own cache lags; nothing is missing in the cluster. */
function isCacheMiss({ message }: Waiting): boolean {
  return findCause('config', message) === 'config-cache'
}

function cannotBe(made: string, facts: ContainerFacts, state: Waiting): Match {
  const since = failingSince(facts, state)
  return {
    reason: state.reason,
    what: `cannot be ${made}: ${quote(state.message)}, since ${clock(since)}`,
    since,
  }
}

function waitingFor({ status }: ContainerFacts, reason: string): Waiting | null {
  return status.state.type === 'waiting' && status.state.reason === reason ? status.state : null
}

/** The kubelet's event tells when it failed first; without it, the pull of the image may be counted in. */
function failingSince(facts: ContainerFacts, { message }: Waiting): Seconds {
  const earliest = waitingSince(facts)
  const times = facts.events
    .filter(({ reason, message: text }) => reason === 'Failed' && text === `Error: ${message}`)
    .map(({ firstSeen }) => firstSeen)
  return times.length === 0 ? earliest : Math.max(earliest, Math.min(...times))
}
