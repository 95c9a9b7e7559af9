import t, { type Test } from 'tap'
import { parseNotifySettings } from '../../../src/notify/settings.ts'
import type { EmbeddedCluster, JsonObject } from '../../../testing/fake-apiserver/index.ts'
import { until } from '../../cluster/watch/watching.ts'
import { type Serving, serving } from '../../http/serving.ts'
import { Receiver } from '../receiver.ts'

/** The status of a completed release of each kind of workload, by generation. */
const DONE: Readonly<Record<string, (generation: number) => JsonObject>> = {
  deployments: (generation) => ({
    ...{ replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
    observedGeneration: generation,
    conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
  }),
  statefulsets: (generation) => ({
    ...{ replicas: 1, readyReplicas: 1, observedGeneration: generation },
    ...{ currentRevision: 'db-a', updateRevision: 'db-a' },
  }),
  daemonsets: (generation) => ({
    ...{ desiredNumberScheduled: 2, currentNumberScheduled: 2, numberReady: 2, numberAvailable: 2 },
    ...{ updatedNumberScheduled: 2, numberMisscheduled: 0, observedGeneration: generation },
  }),
  rollouts: (generation) => ({
    ...{ phase: 'Healthy', currentPodHash: 'abc', stableRS: 'abc', observedGeneration: String(generation) },
    ...{ replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
  }),
}

function spec(image: string): JsonObject {
  const labels = { app: 'x' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } }
  return { replicas: 1, selector: { matchLabels: labels }, template }
}

function create(cluster: EmbeddedCluster, plural: string, name: string, status: JsonObject): void {
  const annotations = { 'deployment.kubernetes.io/revision': '1' }
  cluster.create(plural, { metadata: { namespace: 'shop', name, annotations }, spec: spec('app:1'), status })
}

async function startNotifying(t: Test, prepare: (cluster: EmbeddedCluster) => void) {
  const receiver = await new Receiver().start(t)
  const service: Serving = await serving(t, {
    settings: { notifyAllowLoopback: 'true' },
    notify: parseNotifySettings(undefined, { targets: [{ name: 'one', url: receiver.url }] }),
    cluster: { rollouts: true },
    prepare,
  })
  await until('it leads', () => service.log.some((line) => line.includes('sending notifications')))
  const summaries = () => receiver.received.map(({ body }) => [body.kind, body.workload, body.release])
  return { ...service, receiver, summaries }
}

t.test('releases of every kind of workload are reported, but not those before the first start', async (t) => {
  const plurals = Object.entries(DONE)
  const { cluster, receiver, summaries } = await startNotifying(t, (cluster) => {
    for (const [plural, done] of plurals) create(cluster, plural, `old-${plural}`, done(1))
  })
  for (const [plural] of plurals) create(cluster, plural, 'new', {})
  for (const [plural, done] of plurals) cluster.patch(plural, 'shop', 'new', { status: done(1) })
  await until('all arrive', () => receiver.received.length === plurals.length)
  const byKind = new Map(
    summaries().map(([kind, workload, release]) => [JSON.stringify(workload), [kind, release]]),
  )
  const expected = [
    ['Deployment', '1'],
    ['StatefulSet', 'db-a'],
    ['DaemonSet', '1'],
    ['Rollout', 'abc'],
  ] as const
  for (const [kind, id] of expected)
    t.strictSame(
      byKind.get(JSON.stringify({ kind, name: 'new' })),
      ['released', { id, image: 'app:1' }],
      kind,
    )
})

t.test('a failed release is reported, and its later completion too', async (t) => {
  const { cluster, receiver, summaries } = await startNotifying(t, () => undefined)
  create(cluster, 'deployments', 'web', {})
  const lastUpdateTime = new Date().toISOString()
  const failed = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastUpdateTime }
  cluster.patch('deployments', 'shop', 'web', { status: { observedGeneration: 1, conditions: [failed] } })
  await until('the failure arrives', () => receiver.received.length === 1)
  cluster.patch('deployments', 'shop', 'web', { status: DONE.deployments?.(1) ?? {} })
  await until('the release arrives', () => receiver.received.length === 2)
  const workload = { kind: 'Deployment', name: 'web' }
  t.strictSame(summaries(), [
    ['release-failed', workload, { id: '1', image: 'app:1' }],
    ['released', workload, { id: '1', image: 'app:1' }],
  ])
  t.equal(receiver.received[0]?.body.reason, 'ProgressDeadlineExceeded')
})

t.test('a rollback of a StatefulSet is another release with another ID', async (t) => {
  const { cluster, receiver } = await startNotifying(t, () => undefined)
  create(cluster, 'statefulsets', 'db', {})
  for (const [index, revision] of ['db-a', 'db-b', 'db-a'].entries()) {
    const generation = index + 1
    if (index > 0) cluster.patch('statefulsets', 'shop', 'db', { spec: spec(`app:${generation}`) })
    const revisions = { currentRevision: revision, updateRevision: revision }
    cluster.patch('statefulsets', 'shop', 'db', {
      status: { ...DONE.statefulsets?.(generation), ...revisions },
    })
    await until(`received release ${generation}`, () => receiver.received.length === generation)
  }
  const releases = receiver.received.map(({ body }) => body.release)
  t.strictSame(releases[0], { id: 'db-a', image: 'app:1' })
  t.strictSame(releases[2], { id: 'db-a', image: 'app:3' })
  t.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 3)
})

t.test('a release whose image cannot be read is reported without it after a second attempt', async (t) => {
  const { api, cluster, receiver, summaries, log } = await startNotifying(t, () => undefined)
  api.faults.answerNext(3, { status: 500, when: 'fieldSelector=metadata.name%3D' })
  for (const name of ['first', 'second']) {
    create(cluster, 'deployments', name, {})
    cluster.patch('deployments', 'shop', name, { status: DONE.deployments?.(1) ?? {} })
    await until(`received ${name}`, () => receiver.received.some(({ text }) => text.includes(name)))
  }
  const release = (image: string | null) => ({ id: '1', image })
  t.strictSame(summaries(), [
    ['released', { kind: 'Deployment', name: 'first' }, release(null)],
    ['released', { kind: 'Deployment', name: 'second' }, release('app:1')],
  ])
  t.ok(log.some((line) => line.includes('reported without its image')))
})
