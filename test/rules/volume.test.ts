// What keeps the kubelet from creating a pod's containers: only events say so.
import t from 'tap'
import type { ClusterEvent } from '../../src/model/records.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, condition, eventOf, factsOf, NOW, running } from './facts.ts'

const CREATING = { type: 'waiting', reason: 'ContainerCreating', message: '' } as const
const POD = {
  phase: 'Pending',
  ready: false,
  conditions: [condition('PodReadyToStartContainers', 'False')],
  containers: [running('app', { ready: false, state: CREATING })],
}
/** Each failure of a sandbox names another one, so that each is an event of its own. */
const sandbox = (cause: string, at: number, id: string) =>
  eventOf('FailedCreatePodSandBox', {
    uid: id,
    message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id.repeat(64)}": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: ${cause}`,
    firstSeen: at,
    lastSeen: at,
  })
const failed = (reason: string, message: string, since: number, more: Partial<ClusterEvent> = {}) =>
  eventOf(reason, { uid: `${reason}${since}`, message, firstSeen: NOW - since, lastSeen: NOW - 5, ...more })

const NO_DRIVER =
  'MountVolume.MountDevice failed for volume "v" : kubernetes.io/csi: driver name efs.csi.aws.com not found in the list of registered CSI drivers'
const NO_SECRET = 'MountVolume.SetUp failed for volume "v" : secret "tls" not found'
const TOO_LATE =
  'Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[v]: timed out waiting for the condition'
const OOM =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "ab": OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown'

interface Case {
  readonly events: readonly ClusterEvent[]
  readonly rule: string
  readonly code: string
  readonly since: number
  readonly reached: boolean
  readonly what: RegExp
}

const CASES: Readonly<Record<string, Case>> = {
  'the time begins with the first sandbox that failed, and the cause stands at the end': {
    events: [
      sandbox('failed to assign an IP address to container', NOW - 301, 'a'),
      sandbox('failed to assign an IP address to container', NOW - 5, 'b'),
    ],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 301,
    reached: true,
    what: /^gets no sandbox \(since .*\): failed to setup network for sandbox: .*failed to assign an IP address to container$/,
  },
  'a driver that is not registered yet has time': {
    events: [failed('FailedMount', NO_DRIVER, 200)],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 200,
    reached: false,
    what: /list of registered CSI drivers; fails at/,
  },
  'a Secret that does not exist has less': {
    events: [failed('FailedMount', NO_SECRET, 91)],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 91,
    reached: true,
    what: /secret "tls" not found$/,
  },
  'what is missing counts from when it was first missed': {
    events: [
      failed('FailedMount', NO_DRIVER, 200, { lastSeen: NOW - 60 }),
      failed('FailedMount', NO_SECRET, 30),
    ],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 30,
    reached: false,
    what: /secret "tls" not found; fails at/,
  },
  'that it takes too long is not why': {
    events: [
      failed(
        'FailedAttachVolume',
        'AttachVolume.Attach failed for volume "v" : error finding instance x',
        250,
        {
          lastSeen: NOW - 60,
        },
      ),
      failed('FailedMount', TOO_LATE, 120),
    ],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 250,
    reached: false,
    what: /^cannot attach its volumes .*error finding instance x/,
  },
  'a device that is not prepared': {
    events: [
      failed(
        'FailedPrepareDynamicResources',
        'Failed to prepare dynamic resources: prepare dynamic resources: DRA driver gpu.nvidia.com is not registered',
        301,
      ),
    ],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 301,
    reached: true,
    what: /^does not get its devices .*: prepare dynamic resources: DRA driver gpu.nvidia.com is not registered$/,
  },
  'another warning of a kubelet': {
    events: [failed('FailedToDoSomething', 'no more of it', 301)],
    rule: 'volume',
    code: 'invalid-config',
    since: NOW - 301,
    reached: true,
    what: /^cannot be started by the kubelet .*no more of it$/,
  },
  'a memory limit below the need of the sandbox': {
    events: [failed('FailedCreatePodSandBox', OOM, 20, { count: 2 })],
    rule: 'sandbox-memory',
    code: 'resource-limits-exceeded',
    since: NOW - 20,
    reached: true,
    what: /^gets no sandbox, as its memory limit is too low for the runtime .*OOM-killed \(memory limit too low\?\)$/,
  },
}

for (const [title, { events, ...expected }] of Object.entries(CASES))
  t.test(title, async (t) => {
    const findings = podFindings(factsOf(POD, events), CONTEXT)
    t.match(findings, [expected])
  })

t.test('warnings that keep nothing from starting', async (t) => {
  for (const reason of ['FailedToRetrieveImagePullSecret', 'FailedKillPod', 'FailedScheduling'])
    t.match(podFindings(factsOf(POD, [failed(reason, 'x', 301)]), CONTEXT), [{ rule: 'starting' }], reason)
})
