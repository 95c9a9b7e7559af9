import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import { type Cause, findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import type { CheckedRule } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60

/** Containers without their image. At most one of these rules matches. */
export const IMAGE_RULES = [
  {
    id: 'image-name-invalid',
    class: 'fatal',
    code: 'invalid-config',
    texts: {
      matches: ['InvalidImageName'],
      cause:
        'The image reference cannot be parsed: an upper-case letter, a space, an empty tag from a template.',
      remedy: 'Correct the `image` of the container.',
    },
    check: waitsFor('InvalidImageName', 'has an invalid image name'),
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
      'may not pull its image (pull policy Never), and it is not on the node',
    ),
  },
  {
    id: 'image-signature',
    class: 'fatal',
    code: 'invalid-config',
    texts: {
      matches: ['SignatureValidationFailed'],
      cause:
        'The runtime verifies signatures, and the one of this image is missing or not from a trusted key.',
      remedy: 'Sign the image with a key that the nodes trust, or correct their signature policy.',
    },
    check: waitsFor('SignatureValidationFailed', 'has an image without a valid signature'),
  },
  {
    id: 'image-not-found',
    class: 'threshold',
    code: 'invalid-config',
    // At the second pull: the tag may be pushed while the first pull runs.
    times: 2,
    counts: 'failed pulls; back-off counts as two',
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      cause:
        'The registry says that there is no such image, tag or platform (`not found`, `manifest unknown`, `no match for platform`).',
      remedy: 'Push the image, or correct its name, tag or architecture.',
    },
    check: failsToPull('image-not-found', 'the registry has no such image'),
  },
  {
    id: 'image-denied',
    class: 'threshold',
    code: 'invalid-config',
    seconds: MINUTE,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      cause:
        'The registry refuses the pull (`401`, `403`, `pull access denied`). Many registries also do so when the repository does not exist.',
      remedy:
        'Check the image name, and the `imagePullSecrets` of the pod or its service account: they may have expired.',
    },
    check: failsToPull('image-denied', 'the registry refuses the pull'),
  },
  {
    id: 'image-inspect',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 2 * MINUTE,
    texts: {
      matches: ['ImageInspectError'],
      cause: 'The container runtime cannot read an image that it has, often because its storage is damaged.',
      remedy: 'Look at the runtime on the node; remove the image there so that the kubelet pulls it again.',
    },
    check: waitsFor('ImageInspectError', 'has an image that the container runtime cannot read'),
  },
  {
    id: 'image-unknown-cause',
    class: 'threshold',
    code: 'invalid-config',
    seconds: MINUTE,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      cause: 'The pull fails with a message that no pattern knows, e.g. a corrupt layer.',
      remedy: 'Read the message, and the events of the pod.',
    },
    check: failsToPull(null, null),
  },
  {
    id: 'image-transient',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 5 * MINUTE,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable'],
      cause:
        'The registry or the network on the way to it fails for now: `429`, `5xx`, DNS, timeouts, refused connections.',
      remedy:
        'Usually none: the kubelet retries. If it lasts, check the state of the registry, its rate limit, and the network.',
    },
    check: (facts, context) => registryUnavailable(facts, context) ?? failsForNow(facts, context),
  },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

const registryUnavailable = waitsFor('RegistryUnavailable', 'cannot pull its image, retrying')
const failsForNow = failsToPull('image-transient', null, ', retrying')

type Check = CheckedRule<ContainerFacts>['check']

function waitsFor(reason: string, what: string): Check {
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

/** A pull that fails by this cause (null: by one that no pattern knows); `meaning` is said unless the registry's answer says it. */
function failsToPull(wanted: Cause | null, meaning: string | null, outlook = ''): Check {
  return (facts, { now }) => {
    const failure = readFailure(facts)
    if (failure?.reason !== PULL_FAILED) return null
    const failures = pullEvents(facts)
    const message = failure.message || (failures.filter(isPullFailure).at(-1)?.message ?? '')
    if (findCause('pull', message) !== wanted) return null
    const since = firstFailure(facts, failures)
    const { image, error, isAnswer } = readError(message)
    const why = [isAnswer ? null : meaning, error === '' ? null : error].filter((part) => part !== null)
    const { state } = facts.status
    const isInBackOff =
      (state.type === 'waiting' && state.reason === BACK_OFF) ||
      failures.some(({ message: text }) => text.includes(BACK_OFF))
    return {
      reason: PULL_FAILED,
      what: `cannot pull ${[`${image}${sinceWhen(since, now)}`, ...why].join(': ')}${outlook}`,
      since,
      // Pulls that failed. Back-off counts as the second: the kubelet has seen the same answer before.
      times: isInBackOff ? 2 : Math.max(1, ...failures.filter(isPullFailure).map(({ count }) => count)),
    }
  }
}

function isPullFailure({ message }: ClusterEvent): boolean {
  return message.startsWith('Failed to pull image')
}

function pullEvents({ status, events }: ContainerFacts): ClusterEvent[] {
  return events.filter(
    ({ reason, fieldPath, message }) =>
      (reason === 'Failed' || reason === 'BackOff') &&
      fieldPath.endsWith(`{${status.name}}`) &&
      (message.startsWith('Failed to pull image') || message.includes('ImagePull')),
  )
}

/** When pulling began to fail: by the first event, else by the end of whatever had to be done before. */
function firstFailure(facts: ContainerFacts, events: readonly ClusterEvent[]): Seconds {
  const earliest = waitingSince(facts)
  const times = events.map(({ firstSeen }) => firstSeen).filter((at) => at >= earliest)
  return times.length === 0 ? earliest : Math.min(...times)
}

/** What the container runtime was doing; the last of these names the image, and what follows is the error itself. */
const DOING = /(?:pull(?: and unpack)? image|resolve reference) "(?<image>[^"]+)": /g
/** An HTTP status of the registry, as containerd writes it: `status code [manifests 1]: 503 Service Unavailable`. */
const STATUS = /(?:status code|unexpected status)[^:]*(?::| from [^:]*:) ?(?<status>[45]\d\d\b[ A-Za-z]*)/
/** How a call of the runtime failed, which says less than what it failed with. */
const CALL = /^rpc error: code = \w+ desc = /

interface PullError {
  readonly image: string
  readonly error: string
  /** The error is an answer of the registry. */
  readonly isAnswer: boolean
}

/** Which image cannot be pulled, and why: what the registry answered, else the error behind what the runtime was doing. */
function readError(message: string): PullError {
  const doing = [...message.matchAll(DOING)].at(-1)
  const name = doing?.groups?.image
  const status = STATUS.exec(message)?.groups?.status?.trim()
  const error = doing === undefined ? message.replace(CALL, '') : message.slice(doing.index + doing[0].length)
  const own = `${name}: `
  return {
    image: name === undefined ? 'its image' : `image ${name}`,
    error:
      status === undefined
        ? quote(error.startsWith(own) ? error.slice(own.length) : error)
        : `the registry answered ${status}`,
    isAnswer: status !== undefined,
  }
}
