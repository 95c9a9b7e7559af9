import { truncateStart } from '../lib/text.ts'
import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import { type Cause, findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { CheckedRule, Match } from './rule.ts'
import { clock, quote } from './words.ts'

const MINUTE = 60

/** Why an image is not there. At most one of them matches, so their order only is that of telling. */
export const IMAGE_RULES = [
  {
    id: 'image-name-invalid',
    class: 'fatal',
    code: 'invalid-config',
    texts: {
      matches: ['InvalidImageName'],
      cause:
        'The image reference cannot be parsed: an upper-case letter, a blank, an empty tag from a template.',
      remedy: 'Correct the `image` of the container.',
    },
    check: waitsFor('InvalidImageName', 'has an image name that is not valid'),
  },
  {
    id: 'image-never-pull',
    class: 'fatal',
    code: 'invalid-config',
    texts: {
      matches: ['ErrImageNeverPull'],
      cause: 'The pull policy is `Never` and the image is not on the node.',
      remedy: 'Load the image onto the nodes, or set `imagePullPolicy: IfNotPresent`.',
    },
    check: waitsFor(
      'ErrImageNeverPull',
      'may not pull its image (pull policy Never), which is not on the node',
    ),
  },
  {
    id: 'image-signature',
    class: 'fatal',
    code: 'invalid-config',
    texts: {
      matches: ['SignatureValidationFailed'],
      cause: 'The runtime verifies signatures, and that of this image is missing or not by a trusted key.',
      remedy: 'Sign the image with a key that the nodes trust, or correct their signature policy.',
    },
    check: waitsFor('SignatureValidationFailed', 'has an image whose signature is not valid'),
  },
  {
    id: 'image-not-found',
    class: 'threshold',
    code: 'invalid-config',
    // The second look: a tag may be pushed while the first pull runs.
    times: 2,
    counts: 'failed pulls; back-off counts as two',
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      cause:
        'The registry says that there is no such image, tag or platform (`not found`, `manifest unknown`, `no match for platform`).',
      remedy: 'Push the image, or correct its name, tag or architecture.',
    },
    check: failsToPull('image-not-found', 'cannot pull its image, which does not exist in the registry'),
  },
  {
    id: 'image-denied',
    class: 'threshold',
    code: 'invalid-config',
    seconds: MINUTE,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      cause:
        'The registry refuses (`401`, `403`, `pull access denied`). Many registries say so too when the repository does not exist.',
      remedy:
        'Check the image name, the `imagePullSecrets` of the pod or its service account, and whether they expired.',
    },
    check: failsToPull('image-denied', 'cannot pull its image, the registry refuses it'),
  },
  {
    id: 'image-inspect',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 2 * MINUTE,
    texts: {
      matches: ['ImageInspectError'],
      cause: 'The container runtime cannot read an image that it has, often because its storage is damaged.',
      remedy: 'Look at the runtime on the node; remove the image there so that it is pulled anew.',
    },
    check: waitsFor('ImageInspectError', 'has an image that the runtime cannot inspect'),
  },
  {
    id: 'image-unknown-cause',
    class: 'threshold',
    code: 'invalid-config',
    seconds: MINUTE,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      cause: 'The pull fails with a text that no pattern knows, e.g. a corrupt layer.',
      remedy: 'Read the message, and the events of the pod.',
    },
    check: failsToPull(null, 'cannot pull its image'),
  },
  {
    id: 'image-transient',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 5 * MINUTE,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable'],
      cause: 'The registry or the way to it fails for now: `429`, `5xx`, DNS, timeouts, refused connections.',
      remedy:
        'Usually none, the kubelet tries again. If it lasts: the state of the registry, its rate limit, the network.',
    },
    check: (facts) => registryUnavailable(facts) ?? transientFailure(facts),
  },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

const registryUnavailable = waitsFor(
  'RegistryUnavailable',
  'cannot pull its image, the registry is not available',
)
const transientFailure = failsToPull(
  'image-transient',
  'cannot pull its image, the registry or the way to it fails for now',
)

function waitsFor(reason: string, what: string): (facts: ContainerFacts) => Match | null {
  return (facts) => {
    const state = readFailure(facts)
    if (state?.reason !== reason) return null
    const detail = state.message === '' ? '' : `: ${quote(state.message)}`
    return { reason, what: `${what}${detail}`, since: waitingSince(facts) }
  }
}

const BACK_OFF = 'ImagePullBackOff'
const PULL_FAILED = 'ErrImagePull'

/** What the kubelet puts before the error of the last pull while it waits for the next one; before 1.32 without the error. */
const BACK_OFF_MESSAGE = /^Back-off pulling image "[^"]*"(?:: (?<reason>\w+): )?/

/**
 * What keeps the image away, by the reason with which the kubelet failed. Not that of the present state: between two pulls
 * that changes to ImagePullBackOff and back, while the cause stays the same.
 */
function readFailure({ status: { state } }: ContainerFacts): Pick<Waiting, 'reason' | 'message'> | null {
  if (state.type !== 'waiting') return null
  const { reason, message } = state
  if (reason !== BACK_OFF) return { reason, message }
  const [prefix = '', before] = BACK_OFF_MESSAGE.exec(message) ?? []
  return { reason: before ?? PULL_FAILED, message: message.slice(prefix.length) }
}

/** A pull that fails by this cause; null: by one that no pattern knows. */
function failsToPull(wanted: Cause | null, what: string): (facts: ContainerFacts) => Match | null {
  return (facts) => {
    const failure = readFailure(facts)
    if (failure?.reason !== PULL_FAILED) return null
    const failures = pullEvents(facts)
    const message = failure.message || (failures.filter(isPullFailure).at(-1)?.message ?? '')
    if (findCause('pull', message) !== wanted) return null
    const since = firstFailure(facts, failures)
    const { state } = facts.status
    const isInBackOff =
      (state.type === 'waiting' && state.reason === BACK_OFF) ||
      failures.some(({ message: text }) => text.includes(BACK_OFF))
    return {
      reason: PULL_FAILED,
      what: `${what}${message === '' ? '' : `: ${quote(cause(message))}`}, since ${clock(since)}`,
      since,
      // Tries that failed: back-off comes after a second look at the same answer.
      times: isInBackOff ? 2 : Math.max(1, ...failures.filter(isPullFailure).map(({ count }) => count)),
    }
  }
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
