import { findCondition } from '../model/meta.ts'
import { findCause } from './causes.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { expiresAt } from './event-expiry.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60

/** The pod says only ContainerCreating; these events say why. */
const REASONS: ReadonlySet<string> = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
])

/** What keeps the kubelet from creating the pod's containers. */
export const VOLUME_RULES = [
  {
    id: 'volume',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 90,
    patientSeconds: 5 * MINUTE,
    texts: {
      matches: [...REASONS],
      patient: 'no event says that the object to mount does not exist',
      cause: 'A volume cannot be mounted or attached, or the pod gets no network. Only events say so.',
      remedy:
        'Create the missing ConfigMap, Secret or claim; otherwise look at the storage or network plugin on the node.',
    },
    check: cannotPrepare,
  },
] as const satisfies readonly CheckedRule<PodFacts>[]

function cannotPrepare({ pod, events }: PodFacts, { now }: Context): Match | null {
  if (!isCreating(pod)) return null
  const stillCreating = lacksSandbox(pod)
  const [newest] = events
    .filter((event) => REASONS.has(event.reason) && (stillCreating || now < expiresAt(event)))
    .sort((left, right) => right.lastSeen - left.lastSeen)
  if (newest === undefined) return null
  const isMissing = findCause('volume', newest.message) === 'object-not-found'
  const since = Math.max(newest.firstSeen, pod.createdAt)
  const failure = newest.reason === 'FailedCreatePodSandBox' ? 'gets no sandbox' : 'cannot mount its volumes'
  const what = `${failure}${sinceWhen(since, now)}: ${quote(newest.message)}`
  return {
    reason: newest.reason,
    what,
    since,
    patient: !isMissing,
    changesAt: stillCreating ? null : expiresAt(newest),
  }
}

/**
 * Kubelets since 1.29 say in a condition that volumes and sandbox are not ready. It matters because client-go's spam
 * filter drops events after 25 of one pod.
 */
function lacksSandbox({ conditions }: PodFacts['pod']): boolean {
  return findCondition(conditions, 'PodReadyToStartContainers', 'False') !== undefined
}

/** Whether no container of the pod was ever created. */
function isCreating({ containers, initContainers }: PodFacts['pod']): boolean {
  return [...initContainers, ...containers].every(
    ({ state, last }) =>
      state.type === 'waiting' &&
      last === null &&
      (state.reason === 'ContainerCreating' || state.reason === 'PodInitializing'),
  )
}
