import t from 'tap'
import { EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { objectAt } from '../../../testing/fake-apiserver/json.ts'
import {
  seedDeployments,
  seedNames,
  seedPods,
  seedReplicaSets,
} from '../../../testing/fake-apiserver/seed.ts'
import { pod } from './api.ts'

t.test('what the API server completes', async (t) => {
  const cluster = new EmbeddedCluster({ now: () => Date.parse('2026-01-02T03:04:05.678Z') })
  const created = cluster.create('pods', pod('one'))
  t.match(created, {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'one', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' },
  })
  t.match(objectAt(created, 'metadata').uid, /^[0-9a-f-]{36}$/, 'a uid')
  const generated = cluster.create('pods', { metadata: { generateName: 'x-' }, spec: {} })
  t.match(
    objectAt(generated, 'metadata'),
    { name: /^x-.{5}$/, namespace: 'default' },
    'a name and a namespace',
  )
  const changed = cluster.patch('pods', 'a', 'one', { spec: { nodeName: 'n' } })
  t.match(changed, { metadata: { generation: 2 } }, 'a changed spec raises the generation')
  t.match(
    cluster.patch('pods', 'a', 'one', { status: { phase: 'Running' } }),
    { metadata: { generation: 2 } },
    'a status not',
  )
  t.equal(objectAt(changed, 'metadata').uid, objectAt(created, 'metadata').uid, 'the uid stays')
  t.throws(() => cluster.create('pods', pod('one')), { code: 409, reason: 'AlreadyExists' })
  const stale = { ...created, status: {} }
  t.throws(() => cluster.update('pods', stale), { code: 409, reason: 'Conflict' })
  t.throws(() => cluster.get('pods', 'a', 'none'), { code: 404, message: 'pods "none" not found' })
  t.throws(() => cluster.create('pods', pod('bad', { spec: { containers: 1 } })), {
    code: 400,
    reason: 'BadRequest',
  })
  t.throws(() => cluster.list('nothings'), TypeError)
})

t.test('parts of an object', async (t) => {
  const cluster = new EmbeddedCluster()
  cluster.create('pods', pod('one', { status: { phase: 'Pending' } }))
  const main = cluster.update(
    'pods',
    pod('one', { spec: { nodeName: 'n' }, status: { phase: 'Failed' } }),
    'main',
  )
  t.match(
    main,
    { spec: { nodeName: 'n' }, status: { phase: 'Pending' } },
    'a write of the object leaves the status',
  )
  const status = cluster.update(
    'pods',
    pod('one', { spec: { nodeName: 'm' }, status: { phase: 'Failed' } }),
    'status',
  )
  t.match(
    status,
    { spec: { nodeName: 'n' }, status: { phase: 'Failed' } },
    'a write of the status leaves the rest',
  )
})

t.test('deletion', async (t) => {
  const cluster = new EmbeddedCluster()
  cluster.create('pods', pod('one'))
  const marked = cluster.delete('pods', 'a', 'one', 30)
  t.match(
    marked,
    { metadata: { deletionTimestamp: /Z$/, deletionGracePeriodSeconds: 30 } },
    'with grace it is marked',
  )
  t.equal(cluster.list('pods').length, 1, 'and there')
  cluster.delete('pods', 'a', 'one')
  t.equal(cluster.list('pods').length, 0, 'without grace it is gone')
  cluster.create('pods', {
    metadata: { name: 'held', namespace: 'a', finalizers: ['example.com/hold'] },
    spec: {},
  })
  cluster.delete('pods', 'a', 'held')
  t.match(cluster.get('pods', 'a', 'held'), { metadata: { deletionTimestamp: /Z$/ } }, 'a finalizer holds it')
  cluster.patch('pods', 'a', 'held', { metadata: { finalizers: null } })
  t.equal(cluster.list('pods').length, 0, 'until it is taken off')
})

t.test('the past', async (t) => {
  const cluster = new EmbeddedCluster({ historyLimit: 3 })
  const store = cluster.store('pods')
  for (const name of ['b', 'c', 'a']) cluster.create('pods', pod(name))
  const then = cluster.resourceVersion
  cluster.delete('pods', 'a', 'b')
  cluster.create('pods', pod('d'))
  t.same(
    store.all().map(({ objectName }) => objectName),
    ['a', 'c', 'd'],
    'now, in order',
  )
  t.same(
    store.at(then).map(({ objectName }) => objectName),
    ['a', 'b', 'c'],
    'then',
  )
  t.same(
    store.since(then).map(({ type }) => type),
    ['DELETED', 'ADDED'],
    'between',
  )
  for (let i = 0; i < 10; i++)
    cluster.patch('pods', 'a', 'a', { metadata: { annotations: { i: String(i) } } })
  t.throws(() => store.since(then), { code: 410, reason: 'Expired' }, 'history is bounded')
  t.throws(() => store.at(then), { code: 410, reason: 'Expired' })
})

t.test('rollouts come and go with their definition', async (t) => {
  const cluster = new EmbeddedCluster()
  const served = () => cluster.types().some(({ kind }) => kind === 'Rollout')
  t.notOk(served())
  cluster.installRollouts()
  cluster.installRollouts()
  t.ok(served())
  cluster.create('rollouts', { metadata: { name: 'r', namespace: 'a' }, spec: { anything: { goes: [1] } } })
  t.match(
    cluster.get('rollouts', 'a', 'r'),
    { kind: 'Rollout', spec: { anything: { goes: [1] } } },
    'custom content is kept',
  )
  cluster.uninstallRollouts()
  t.notOk(served())
  t.equal(cluster.list('rollouts').length, 0)
  t.ok(new EmbeddedCluster({ rollouts: true }).rolloutsInstalled)
})

t.test('any other custom resource, too', async (t) => {
  const cluster = new EmbeddedCluster()
  const definition = (group: string, plural: string) => ({
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind: 'CloneSet', plural },
      scope: 'Namespaced',
      versions: [
        { name: 'v1', served: false },
        { name: 'v1alpha1', served: true, subresources: { status: {} } },
      ],
    },
  })
  const kruise = definition('apps.kruise.io', 'clonesets')
  cluster.create('customresourcedefinitions', kruise)
  const created = cluster.create('clonesets', { metadata: { name: 'web' }, spec: { replicas: 2 } })
  t.match(created, { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'CloneSet', metadata: { generation: 1 } })
  cluster.patch('clonesets', 'default', 'web', { status: { readyReplicas: 2 } }, 'status')
  const patched = cluster.patch('clonesets', 'default', 'web', { spec: { replicas: 3 }, status: {} }, 'main')
  t.match(
    patched,
    { metadata: { generation: 2 }, status: { readyReplicas: 2 } },
    'the status has a path of its own',
  )
  cluster.delete('customresourcedefinitions', '', 'clonesets.apps.kruise.io')
  t.equal(cluster.list('clonesets').length, 0)
  cluster.create('customresourcedefinitions', kruise)
  t.equal(cluster.list('clonesets').length, 0, 'defined again')
  t.throws(
    () => cluster.create('customresourcedefinitions', definition('apps.kruise.io', 'statefulsets')),
    TypeError,
  )
})

t.test('changes prepared ahead', async (t) => {
  const cluster = new EmbeddedCluster()
  cluster.create('pods', pod('one'))
  const states = ['Pending', 'Running'].map((phase) => pod('one', { status: { phase } }))
  const changes = cluster.prepare('pods', [...states, pod('two')], 'protobuf')
  t.match(cluster.get('pods', 'a', 'one'), { status: {} }, 'are not yet there')
  const before = cluster.resourceVersion
  cluster.commit(changes.slice(0, 2))
  t.match(cluster.get('pods', 'a', 'one'), { status: { phase: 'Running' } }, 'come when told')
  t.equal(cluster.resourceVersion, before + 2)
  const types = cluster
    .store('pods')
    .since(before)
    .map(({ type }) => type)
  t.same(types, ['MODIFIED', 'MODIFIED'])
  cluster.create('pods', pod('three'))
  t.throws(() => cluster.commit(changes.slice(2)), RangeError, 'but not after something else')
})

t.test('seeding', async (t) => {
  const cluster = new EmbeddedCluster()
  cluster.seed('pods', seedPods(1001))
  cluster.seed('replicasets', seedReplicaSets(1001))
  cluster.seed('deployments', seedDeployments(1001))
  const { namespace, pod: name, hash } = seedNames(1000)
  t.match(cluster.get('pods', namespace, name), {
    metadata: { namespace: 'ns-2', labels: { 'pod-template-hash': hash } },
  })
  t.equal(cluster.store('pods').size, 1001)
  t.equal(cluster.store('replicasets').size, 101, 'ten pods of a hash')
  t.match(cluster.list('deployments').at(-1), { status: { readyReplicas: 1 } })
  t.throws(() => cluster.store('pods').since(1), { code: 410 }, 'without history')
})
