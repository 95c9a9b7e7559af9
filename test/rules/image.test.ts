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
