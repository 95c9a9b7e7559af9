// Why an image is not there: the same rule and reason while the kubelet pulls and while it waits for the next pull.
import t from 'tap'
import { DEFAULT_SCOPE } from '../../src/rules/context.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import { NOW, podWaiting, pullEvent } from './waiting-pod.ts'

const IMAGE = 'registry.example/app:1'
const BACK_OFF = `Back-off pulling image "${IMAGE}"`
const DENIED = `failed to resolve reference "${IMAGE}": pulling from host registry.example failed with status code [manifests 1]: 403 Forbidden`
const DOWN = `failed to resolve reference "${IMAGE}": pulling from host registry.example failed with status code [manifests 1]: 503 Service Unavailable`
const UNSIGNED = `image pull failed for ${IMAGE} because the signature validation failed`
const AWAY = `image pull failed for ${IMAGE} because the registry is unavailable`

const CASES = [
  { state: 'ErrImagePull', message: DENIED, rule: 'image-denied', reason: 'ErrImagePull' },
  {
    state: 'ImagePullBackOff',
    message: `${BACK_OFF}: ErrImagePull: ${DENIED}`,
    rule: 'image-denied',
    reason: 'ErrImagePull',
  },
  { state: 'ErrImagePull', message: DOWN, rule: 'image-transient', reason: 'ErrImagePull' },
  {
    state: 'ImagePullBackOff',
    message: `${BACK_OFF}: ErrImagePull: ${DOWN}`,
    rule: 'image-transient',
    reason: 'ErrImagePull',
  },
  // Kubelets before 1.32: only an event has the cause.
  { state: 'ImagePullBackOff', message: BACK_OFF, rule: 'image-unknown-cause', reason: 'ErrImagePull' },
  {
    state: 'ImagePullBackOff',
    message: BACK_OFF,
    event: DENIED,
    rule: 'image-denied',
    reason: 'ErrImagePull',
  },
  {
    state: 'SignatureValidationFailed',
    message: UNSIGNED,
    rule: 'image-signature',
    reason: 'SignatureValidationFailed',
  },
  {
    state: 'ImagePullBackOff',
    message: `${BACK_OFF}: SignatureValidationFailed: ${UNSIGNED}`,
    rule: 'image-signature',
    reason: 'SignatureValidationFailed',
  },
  { state: 'RegistryUnavailable', message: AWAY, rule: 'image-transient', reason: 'RegistryUnavailable' },
  {
    state: 'ImagePullBackOff',
    message: `${BACK_OFF}: RegistryUnavailable: ${AWAY}`,
    rule: 'image-transient',
    reason: 'RegistryUnavailable',
  },
] as const

for (const { rule, reason, state, message, ...more } of CASES)
  t.test(`${state}: ${message}`, async (t) => {
    const events = 'event' in more ? [pullEvent(`Failed to pull image "${IMAGE}": ${more.event}`)] : []
    const context = { policy: LYNCEUS, now: NOW, scope: DEFAULT_SCOPE, owner: 'controller' } as const
    const found = podFindings({ pod: podWaiting(state, message), history: undefined, events }, context)
    t.match(found, [{ rule, reason }])
  })

t.test('the sentence says which image and what the registry answered', async (t) => {
  const notFound = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`
  const noHost = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to do request: Head "https://registry.example/v2/app/manifests/1": dial tcp: lookup registry.example: no such host`
  const cases = [
    [
      DENIED,
      `cannot pull image ${IMAGE} (since 02:59:00 UTC): the registry answered 403 Forbidden; fails at 03:00:00 UTC if nothing changes`,
    ],
    [
      DOWN,
      `cannot pull image ${IMAGE} (since 02:59:00 UTC): the registry answered 503 Service Unavailable, retrying; fails at 03:04:00 UTC if nothing changes`,
    ],
    [
      notFound,
      `cannot pull image ${IMAGE} (since 02:59:00 UTC): the registry has no such image: not found; the limit is 2`,
    ],
    [
      noHost,
      `cannot pull image ${IMAGE} (since 02:59:00 UTC): failed to do request: Head "https://registry.example/v2/app/manifests/1": dial tcp: lookup registry.example: no such host, retrying; fails at 03:04:00 UTC if nothing changes`,
    ],
    [
      'pull access denied, repository does not exist',
      'cannot pull its image (since 02:59:00 UTC): the registry refuses the pull: pull access denied, repository does not exist; fails at 03:00:00 UTC if nothing changes',
    ],
    ['', 'cannot pull its image (since 02:59:00 UTC); fails at 03:00:00 UTC if nothing changes'],
  ] as const
  for (const [message, what] of cases) {
    const context = { policy: LYNCEUS, now: NOW - 1, scope: DEFAULT_SCOPE, owner: 'controller' } as const
    const [found] = podFindings(
      { pod: podWaiting('ErrImagePull', message), history: undefined, events: [] },
      context,
    )
    t.equal(found?.what, what)
  }
})
