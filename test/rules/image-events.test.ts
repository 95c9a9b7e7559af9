// Why an image is not pulled: the kubelet says it in the status, older ones only in the event of the failure.
import t from 'tap'
import type { ClusterEvent } from '../../src/model/records.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, eventOf, factsOf, NOW, podOf, running } from './facts.ts'

const fieldPath = 'spec.containers{app}'
const pullFailed = (message: string, rest: Partial<ClusterEvent> = {}) =>
  eventOf('Failed', { fieldPath, message: `Failed to pull image "r.io/web:1": ${message}`, ...rest })
const BACK_OFF = 'Back-off pulling image "r.io/web:1"'
const NOT_FOUND = 'rpc error: code = NotFound desc = r.io/web:1: not found'
const TIMEOUT = 'dial tcp 10.0.0.1:443: i/o timeout'

interface Case {
  readonly reason: string
  readonly message: string
  readonly events?: readonly ClusterEvent[]
  readonly rule: string
}

const CASES: Readonly<Record<string, Case>> = {
  'the status knows why': { reason: 'ErrImagePull', message: NOT_FOUND, rule: 'image-not-found' },
  'the status counts, not an older event': {
    reason: 'ErrImagePull',
    message: NOT_FOUND,
    events: [pullFailed(TIMEOUT)],
    rule: 'image-not-found',
  },
  'in back-off only the event knows why': {
    reason: 'ImagePullBackOff',
    message: BACK_OFF,
    events: [pullFailed(NOT_FOUND)],
    rule: 'image-not-found',
  },
  'the back-off itself, with its cause (kubelets from 1.32 on)': {
    reason: 'ImagePullBackOff',
    message: `${BACK_OFF}: ErrImagePull: ${NOT_FOUND}`,
    rule: 'image-not-found',
  },
  'the latest failure counts': {
    reason: 'ImagePullBackOff',
    message: BACK_OFF,
    events: [pullFailed(NOT_FOUND), pullFailed(TIMEOUT)],
    rule: 'image-transient',
  },
  'an event that is no failed pull says nothing of the cause': {
    reason: 'ImagePullBackOff',
    message: BACK_OFF,
    events: [pullFailed(NOT_FOUND), eventOf('Failed', { fieldPath, message: 'Error: ImagePullBackOff' })],
    rule: 'image-not-found',
  },
  'the event of another container does not count': {
    reason: 'ImagePullBackOff',
    message: BACK_OFF,
    events: [pullFailed(NOT_FOUND, { fieldPath: 'spec.containers{side}' })],
    rule: 'image-unknown-cause',
  },
  'nobody knows why': { reason: 'ImagePullBackOff', message: BACK_OFF, rule: 'image-unknown-cause' },
}

for (const [title, { reason, message, events = [], rule }] of Object.entries(CASES))
  t.test(title, async (t) => {
    const state = { type: 'waiting', reason, message } as const
    const pod = podOf({ ready: false, containers: [running('app', { ready: false, state })] })
    const findings = podFindings({ ...factsOf(), pod, events }, { ...CONTEXT, now: NOW })
    t.strictSame(
      findings.map((one) => one.rule),
      [rule],
    )
  })

t.test('without events a missing image fails at the second pull, and stays failed at the third', (t) => {
  const reachedAt = (reason: string, message: string, age: number): boolean | undefined => {
    const state = { type: 'waiting', reason, message } as const
    const containers = [running('app', { ready: false, state })]
    const pod = podOf({ ready: false, createdAt: NOW - age, containers })
    const [finding] = podFindings({ ...factsOf(), pod, events: [] }, { ...CONTEXT, now: NOW })
    return finding?.reached
  }
  t.equal(reachedAt('ErrImagePull', NOT_FOUND, 2), false, 'the first pull')
  t.equal(reachedAt('ImagePullBackOff', `${BACK_OFF}: ErrImagePull: ${NOT_FOUND}`, 15), true, 'back-off')
  t.equal(reachedAt('ErrImagePull', NOT_FOUND, 30), true, 'the next pull')
  t.end()
})
