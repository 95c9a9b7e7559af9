import type { Cause } from './cause.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import {
  describeMissing,
  PULL_FAILED,
  readImageFailure,
  readPullError,
  readPullFailure,
} from './pull-failure.ts'
import type { CheckedRule } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60
/** Without the right to events nothing says when a pull failed: a pull of a large image may take that long. */
const WITHOUT_EVENTS = 10 * MINUTE
const UNTOLD = 'no event says when the first pull failed, as without the right to events'

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
    check: failsToPull('image-not-found', describeMissing),
  },
  {
    id: 'image-denied',
    class: 'threshold',
    code: 'invalid-config',
    seconds: MINUTE,
    patientSeconds: WITHOUT_EVENTS,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      patient: UNTOLD,
      cause:
        'The registry refuses the pull (`401`, `403`, `pull access denied`). Many registries also do so when the repository does not exist.',
      remedy:
        'Check the image name, and the `imagePullSecrets` of the pod or its service account: they may have expired.',
    },
    check: failsToPull('image-denied', () => 'the registry refuses the pull'),
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
    next: 'describe-node',
    check: waitsFor('ImageInspectError', 'has an image that the container runtime cannot read'),
  },
  {
    id: 'image-unknown-cause',
    class: 'threshold',
    code: 'invalid-config',
    seconds: MINUTE,
    patientSeconds: WITHOUT_EVENTS,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff'],
      patient: UNTOLD,
      cause:
        'The pull fails with a message that no pattern knows, or that nothing heals: a corrupt layer, a certificate that the node does not trust, a manifest of schema 1.',
      remedy: 'Read the message, and the events of the pod.',
    },
    check: failsToPull(null),
  },
  {
    id: 'image-transient',
    class: 'threshold',
    code: 'invalid-config',
    seconds: 5 * MINUTE,
    patientSeconds: WITHOUT_EVENTS,
    texts: {
      matches: ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable'],
      patient: UNTOLD,
      exception: 'When the disk of the node is full or broken, the code is `node-failure`.',
      cause:
        'The registry, the network on the way to it, or the node fails for now: `429`, `5xx` in any form, `context canceled`, `pull QPS exceeded`, DNS, timeouts, refused connections, broken HTTP/2 and TLS connections, a full disk.',
      remedy:
        'Usually none: the kubelet retries. If it lasts, check the state of the registry, its rate limit, the network, and the disk of the node.',
    },
    check: (facts, context) =>
      registryUnavailable(facts, context) ?? failsForNow(facts, context) ?? failsOnNode(facts, context),
  },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

const registryUnavailable = waitsFor('RegistryUnavailable', 'cannot pull its image, retrying')
const failsForNow = failsToPull('image-transient', undefined, ', retrying')
const pullFailsOnDisk = failsToPull('node-disk', () => 'the disk of the node fails', ', retrying')

type Check = CheckedRule<ContainerFacts>['check']

function failsOnNode(...asked: Parameters<Check>): ReturnType<Check> {
  const match = pullFailsOnDisk(...asked)
  return match === null ? null : { ...match, code: 'node-failure' }
}

function waitsFor(reason: string, what: string): Check {
  return (facts) => {
    const state = readImageFailure(facts)
    if (state?.reason !== reason) return null
    const detail = state.message === '' ? '' : `: ${quote(state.message)}`
    return { reason, what: `${what}${detail}`, since: waitingSince(facts) }
  }
}

/**
 * A pull that fails by this cause (null: by one that no pattern knows); `describe` says what it means, unless the answer of the
 * registry does.
 */
function failsToPull(wanted: Cause | null, describe?: (message: string) => string, outlook = ''): Check {
  return (facts, { now }) => {
    const failure = readPullFailure(facts, now)
    if (failure === null || failure.cause !== wanted) return null
    const { message, since, isSinceKnown, times, nextAt } = failure
    const { image, error, isAnswer } = readPullError(message)
    const meaning = isAnswer ? undefined : describe?.(message)
    const when = isSinceKnown ? sinceWhen(since, now) : ''
    const parts = [`${image}${when}`, meaning, error].filter((part) => part !== undefined && part !== '')
    return {
      reason: PULL_FAILED,
      what: `cannot pull ${parts.join(': ')}${outlook}`,
      since,
      times,
      patient: !isSinceKnown,
      changesAt: nextAt,
    }
  }
}
