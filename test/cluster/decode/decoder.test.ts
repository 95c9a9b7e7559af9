import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { JsonCodec, ProtobufCodec } from '../../../src/cluster/decode/codec.ts'
import { DecodeError } from '../../../src/cluster/decode/decode-error.ts'
import { Decoder } from '../../../src/cluster/decode/decoder.ts'
import type { ObjectDecoder } from '../../../src/cluster/decode/object-decoder.ts'
import { listResources } from '../../../src/kinds/index.ts'
import type { Records, ResourceName } from '../../../src/model/records.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { seedDeployments, seedPods, seedReplicaSets } from '../../../testing/fake-apiserver/seed.ts'
import { recordedObjects, SCENARIOS } from '../../corpus/stage.ts'

const RESOURCES: readonly (readonly [resource: ResourceName, kind: string, path: string])[] = [
  ['pods', 'Pod', '/api/v1/pods'],
  ['events', 'Event', '/api/v1/events'],
  ['nodes', 'Node', '/api/v1/nodes'],
  ['replicasets', 'ReplicaSet', '/apis/apps/v1/replicasets'],
  ['deployments', 'Deployment', '/apis/apps/v1/deployments'],
  ['statefulsets', 'StatefulSet', '/apis/apps/v1/statefulsets'],
  ['daemonsets', 'DaemonSet', '/apis/apps/v1/daemonsets'],
  ['controllerrevisions', 'ControllerRevision', '/apis/apps/v1/controllerrevisions'],
  ['jobs', 'Job', '/apis/batch/v1/jobs'],
  ['cronjobs', 'CronJob', '/apis/batch/v1/cronjobs'],
]

/** Written by hand: the recorded cluster had none. */
const CRON_JOB = {
  metadata: {
    name: 'nightly',
    namespace: 'shop',
    uid: 'uid-nightly',
    generation: 2,
    labels: { app: 'shop' },
  },
  spec: { schedule: '0 3 * * *', suspend: true },
  status: {
    active: [{ kind: 'Job', namespace: 'shop', name: 'nightly-1', uid: 'uid-nightly-1' }],
    lastScheduleTime: '2026-01-05T03:00:00Z',
    lastSuccessfulTime: '2026-01-04T03:00:07Z',
  },
}

/** Written by hand: the recorded cluster had no kubelet. */
const NODE = {
  metadata: { name: 'spot-1', uid: 'uid-spot-1', labels: { 'kubernetes.io/hostname': 'spot-1' } },
  spec: {
    podCIDR: '10.0.1.0/24',
    unschedulable: true,
    taints: [
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
      { key: 'ToBeDeletedByClusterAutoscaler', value: '1767225600', effect: 'NoSchedule' },
    ],
  },
  status: {
    capacity: { cpu: '4', memory: '16Gi' },
    conditions: [
      { type: 'MemoryPressure', status: 'Unknown', reason: 'NodeStatusUnknown' },
      {
        type: 'Ready',
        status: 'Unknown',
        lastHeartbeatTime: '2026-01-05T02:59:00Z',
        lastTransitionTime: '2026-01-05T03:00:00Z',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      },
    ],
    nodeInfo: { bootID: 'b', kubeletVersion: 'v1.34.4' },
    images: [{ names: ['registry.example/app:1'], sizeBytes: 1 }],
  },
}

/** Objects as a real API server sent them, one of each kind. */
const REAL: readonly { readonly json: Record<string, unknown> }[] = JSON.parse(
  readFileSync(new URL('../../testing/fake-apiserver/fixtures/real-objects.json', import.meta.url), 'utf8'),
)

function codecs<N extends ResourceName>(decoder: Decoder, resource: N) {
  const objects: ObjectDecoder<Records[N]> = decoder.objects[resource]
  return { protobuf: new ProtobufCodec(decoder, objects), json: new JsonCodec(objects) }
}

t.test('every kind decodes to the same record from protobuf and from JSON', async (t) => {
  const cluster = new EmbeddedCluster()
  cluster.seed('pods', seedPods(50))
  cluster.seed('replicasets', seedReplicaSets(50))
  cluster.seed('deployments', seedDeployments(50))
  cluster.seed('cronjobs', [CRON_JOB])
  cluster.seed('nodes', [NODE])
  for (const { json } of REAL) {
    const found = RESOURCES.find(([, kind]) => kind === json.kind)
    if (found !== undefined)
      cluster.seed(
        found[0],
        [json].map((one) => JSON.parse(JSON.stringify(one))),
      )
  }
  const api = await new EmbeddedApi(cluster).start()
  t.teardown(() => api.stop())
  t.same(
    RESOURCES.map(([resource]) => resource).toSorted(),
    listResources([])
      .filter(({ encoding }) => encoding === 'protobuf')
      .map(({ name }) => name)
      .toSorted(),
  )
  for (const [resource, , path] of RESOURCES) {
    const decoder = new Decoder()
    const read = async (accept: string): Promise<Buffer> =>
      Buffer.from(await (await fetch(`${api.url}${path}`, { headers: { accept } })).arrayBuffer())
    const bytes = await read('application/vnd.kubernetes.protobuf')
    const { protobuf, json } = codecs(decoder, resource)
    const fromProtobuf = protobuf.list(bytes)
    const fromJson = json.list(await read('application/json'))
    const records = [...fromProtobuf.records]
    t.ok(records.length > 0, resource)
    t.same(records, [...fromJson.records], resource)
    t.equal(fromProtobuf.resourceVersion, fromJson.resourceVersion)
  }
})

t.test(
  'every state of every recorded pod decodes to the same record from protobuf and from JSON',
  async (t) => {
    const cluster = new EmbeddedCluster()
    const states = SCENARIOS.flatMap((scenario) => recordedObjects(scenario)).filter(
      ({ kind }) => kind === 'Pod',
    )
    // Each state becomes a pod of its own.
    const pods = states.map((state, index) => {
      const { metadata } = JSON.parse(JSON.stringify(state))
      return { ...state, metadata: { ...metadata, name: `${metadata.name}-${index}`, uid: `${index}` } }
    })
    cluster.seed('pods', pods)
    const api = await new EmbeddedApi(cluster).start()
    t.teardown(() => api.stop())
    const { protobuf, json } = codecs(new Decoder(), 'pods')
    const read = async (accept: string): Promise<Buffer> =>
      Buffer.from(await (await fetch(`${api.url}/api/v1/pods`, { headers: { accept } })).arrayBuffer())
    const records = [...protobuf.list(await read('application/vnd.kubernetes.protobuf')).records]
    const expected = [...json.list(await read('application/json')).records]
    t.ok(records.length === pods.length && pods.length > 1_000, `${pods.length} states`)
    const different = records.filter((record, index) => !isDeepStrictEqual(record, expected[index]))
    t.same(different, [])
  },
)

t.test(
  'of annotations only what is read is kept: bounded, and shared by all that have the same',
  async (t) => {
    const { objects } = new Decoder()
    const record = (name: string, annotations?: Record<string, string>) =>
      objects.deployments.fromJson({ metadata: { name, uid: name, annotations } }).annotations
    const none = record('a')
    t.same(none, {})
    t.equal(record('b', { note: 'long', 'kubectl.kubernetes.io/last-applied-configuration': '{}' }), none)
    const mine = { 'lynceus.dev/limit': '3', 'deployment.kubernetes.io/revision': '7' }
    const kept = record('c', { ...mine, note: 'c' })
    t.same(kept, mine)
    t.equal(record('d', { ...mine, note: 'd' }), kept)
    const two = { 'lynceus.dev/a': '1', 'lynceus.dev/b': '2' }
    t.same(record('e', { 'lynceus.dev/a': '1lynceus.dev/b=1:2' }), { 'lynceus.dev/a': '1lynceus.dev/b=1:2' })
    t.same(record('f', two), two, 'values cannot pass for names')
    const many = Array.from({ length: 500 }, (_, i) => [`lynceus.dev/x${i}`, 'y'.repeat(10_000)])
    const cut = Object.entries(record('g', Object.fromEntries(many)))
    t.equal(cut.length, 16)
    t.ok(cut.every(([, value]) => value.length === 64))
    const rollout = objects.rollouts.fromJson({ metadata: { name: 'r', uid: 'r', annotations: mine } })
    t.equal(rollout.annotations, kept, 'custom resources too')
  },
)

t.test('what is no such object is a DecodeError that names the place and quotes nothing', async (t) => {
  const { objects } = new Decoder()
  const metadata = { name: 'a', uid: 'u' }
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [null, /Pod: an object was expected, not null/],
    [{ metadata: { name: { secret: 1 } } }, /Pod.metadata.name: a string was expected, not a object/],
    [{ metadata: { ...metadata, creationTimestamp: 'soon' } }, /creationTimestamp: an RFC 3339 time/],
    [{ metadata, status: { containerStatuses: 'none' } }, /containerStatuses: a list was expected/],
    [{ metadata, status: { containerStatuses: [{ restartCount: '1' }] } }, /\[0\].restartCount: a int32/],
    [{ metadata: { labels: {} } }, /without metadata.name or uid/],
  ]
  for (const [object, message] of cases) {
    t.throws(() => objects.pods.fromJson(object), { name: 'DecodeError', message })
  }
  const codec = new ProtobufCodec(new Decoder(), objects.pods)
  t.throws(() => codec.list(Buffer.from('k8s\0\xff\xff\xff\xff')), DecodeError)
  t.throws(() => codec.event(Buffer.from('nonsense')), DecodeError)
  t.throws(() => new JsonCodec(objects.pods).event(Buffer.from('{"type":"ADDED"')), {
    message: /^malformed JSON \(SyntaxError\)$/,
  })
})

t.test('what a program wrote into its termination log is not kept, what the runtime wrote is', async (t) => {
  const { objects } = new Decoder()
  const end = (reason: string) => ({
    terminated: { exitCode: 1, reason, message: 'password=hunter2', containerID: 'c://1' },
  })
  const pod = objects.pods.fromJson({
    metadata: { name: 'a', uid: 'u' },
    status: { containerStatuses: [{ name: 'a', state: end('Error'), lastState: end('StartError') }] },
  })
  const [container] = pod.containers
  t.match(container?.state, { type: 'terminated', message: '' })
  t.equal(container?.last?.message, 'password=hunter2')
})

t.test('of a node only what a rule reads is kept', async (t) => {
  const { name, uid } = NODE.metadata
  const at = (time: string) => Date.parse(time) / 1000
  t.same(new Decoder().objects.nodes.fromJson(NODE), {
    namespace: '',
    name,
    uid,
    resourceVersion: '',
    createdAt: 0,
    deletedAt: null,
    labels: {},
    owner: null,
    ready: 'Unknown',
    readySince: at('2026-01-05T03:00:00Z'),
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    unschedulable: true,
    leaving: ['ToBeDeletedByClusterAutoscaler'],
  })
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting' }
  const well = { metadata: { name: 'b', uid: 'b' }, status: { conditions: [ready] } }
  t.match(new Decoder().objects.nodes.fromJson(well), { ready: 'True', reason: '', message: '', leaving: [] })
})

t.test('a readiness gate without a condition is among the conditions, with an empty status', async (t) => {
  const gates = {
    readinessGates: ['a/set', 'a/closed', 'a/none'].map((conditionType) => ({ conditionType })),
  }
  const decode = (spec: object) =>
    new Decoder().objects.pods.fromJson({
      metadata: { name: 'a', uid: 'u' },
      spec: { containers: [], ...spec },
      status: {
        conditions: [
          { type: 'a/set', status: 'True' },
          { type: 'a/closed', status: 'False', reason: 'Later' },
          { type: 'Ready', status: 'True' },
        ],
      },
    })
  const { spec, conditions } = decode(gates)
  t.same(spec.readinessGates, ['a/set', 'a/closed', 'a/none'])
  t.same(
    conditions.map(({ type, status }) => [type, status]),
    [
      ['a/closed', 'False'],
      ['a/none', ''],
    ],
  )
  t.notOk('readinessGates' in decode({}).spec, 'most pods have none')
})

t.test('what few pods have costs the others nothing', async (t) => {
  const { objects } = new Decoder()
  const metadata = { name: 'a', uid: 'u' }
  const plain = objects.pods.fromJson({ metadata, spec: { nodeName: 'n' }, status: { phase: 'Running' } })
  for (const field of ['deletionAskedAt', 'nominatedNode', 'schedulingGates']) t.notOk(field in plain, field)
  const rare = objects.pods.fromJson({
    metadata: {
      ...metadata,
      deletionTimestamp: '2026-11-26T09:00:30Z',
      deletionGracePeriodSeconds: 30,
    },
    spec: { schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] },
    status: { nominatedNodeName: 'node-3' },
  })
  const at = Date.UTC(2026, 10, 26, 9) / 1000
  t.match(rare, {
    deletedAt: at + 30,
    deletionAskedAt: at,
    nominatedNode: 'node-3',
    schedulingGates: ['kueue.x-k8s.io/admission'],
  })
})

t.test('a long message keeps its end, where the cause stands', async (t) => {
  const { objects } = new Decoder()
  const message = `${'x'.repeat(3000)}: no space left on device`
  const pod = objects.pods.fromJson({ metadata: { name: 'a', uid: 'u' }, status: { message } })
  t.equal(pod.message.length, 1024)
  t.match(pod.message, /^x{200}.*: no space left on device$/)
})

t.test("a status of a DaemonSet without the number of wanted pods is not its controller's", async (t) => {
  const { objects } = new Decoder()
  const metadata = { name: 'agent', namespace: 'shop', uid: 'uid-agent', generation: 1 }
  const daemonSet = (status: object) => objects.daemonsets.fromJson({ metadata, status })
  t.equal(daemonSet({ observedGeneration: 1, desiredNumberScheduled: 0 }).observedGeneration, 1)
  t.equal(daemonSet({ observedGeneration: 1, currentNumberScheduled: 1 }).observedGeneration, 0)
})
