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
      `cannot pull image ${IMAGE} (since 02:59:00 UTC): the image does not exist in the registry: not found; the limit is 2`,
    ],
    [
      noHost,
      `cannot pull image ${IMAGE} (since 02:59:00 UTC): failed to do request: Head "https://registry.example/v2/app/manifests/1": dial tcp: lookup registry.example: no such host, retrying; fails at 03:04:00 UTC if nothing changes`,
    ],
    [
      'pull access denied, repository does not exist',
      'cannot pull its image (since 02:59:00 UTC): the registry refuses the pull: pull access denied, repository does not exist; fails at 03:00:00 UTC if nothing changes',
    ],
    [
      '',
      'cannot pull image registry.example/app:1 (since 02:59:00 UTC); fails at 03:00:00 UTC if nothing changes',
    ],
  ] as const
  for (const [message, what] of cases) {
    const context = { policy: LYNCEUS, now: NOW - 1, scope: DEFAULT_SCOPE, owner: 'controller' } as const
    const [found] = podFindings(
      {
        pod: podWaiting('ErrImagePull', message),
        history: undefined,
        events: [{ ...pullEvent(`Failed to pull image "${IMAGE}": ${message}`), firstSeen: NOW - 60 }],
      },
      context,
    )
    t.equal(found?.what, what)
  }
})

t.test('without an event nothing says when the pull failed: it may have taken long before', async (t) => {
  const cases = [
    [
      DENIED,
      'cannot pull image registry.example/app:1: the registry answered 403 Forbidden; fails at 03:09:00 UTC if nothing changes',
    ],
    [
      'context canceled',
      'cannot pull its image: context canceled, retrying; fails at 03:09:00 UTC if nothing changes',
    ],
    [
      'invalid tar header',
      'cannot pull its image: invalid tar header; fails at 03:09:00 UTC if nothing changes',
    ],
  ] as const
  for (const [message, what] of cases) {
    const pod = podWaiting('ErrImagePull', message)
    const context = { policy: LYNCEUS, now: NOW + 300, scope: DEFAULT_SCOPE, owner: 'controller' } as const
    const [found] = podFindings({ pod, history: undefined, events: [] }, context)
    t.match(found, { what, reached: false })
  }
})

t.test('the time of a cause begins with its own first failure', async (t) => {
  const earlier = { ...pullEvent(`Failed to pull image "${IMAGE}": ${DOWN}`), firstSeen: NOW - 55 }
  const later = {
    ...pullEvent(`Failed to pull image "${IMAGE}": ${DENIED}`),
    firstSeen: NOW - 5,
    uid: 'later',
  }
  const context = { policy: LYNCEUS, now: NOW + 10, scope: DEFAULT_SCOPE, owner: 'controller' } as const
  const [found] = podFindings(
    { pod: podWaiting('ErrImagePull', DENIED), history: undefined, events: [earlier, later] },
    context,
  )
  t.match(found, { rule: 'image-denied', since: NOW - 5, reached: false })
})

t.test("a full disk is the node's", async (t) => {
  const message = 'failed to extract layer sha256:ab: write /var/lib/containerd/x: no space left on device'
  const context = { policy: LYNCEUS, now: NOW, scope: DEFAULT_SCOPE, owner: 'controller' } as const
  const events = [pullEvent(`Failed to pull image "${IMAGE}": ${message}`)]
  const [found] = podFindings(
    { pod: podWaiting('ErrImagePull', message), history: undefined, events },
    context,
  )
  t.match(found, { rule: 'image-transient', code: 'node-failure', reached: false })
})
