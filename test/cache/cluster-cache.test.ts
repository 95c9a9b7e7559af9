import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { nameKey, uidKey } from '../../src/model/dependencies.ts'
import type { Pod } from '../../src/model/pod.ts'
import type { Node } from '../../src/model/records.ts'

const { objects } = new Decoder()

function pod(
  name: string,
  uid: string,
  resourceVersion = '1',
  labels: Record<string, string> = { app: 'web' },
): Pod {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true }
  const metadata = { name, namespace: 'shop', uid, resourceVersion, labels, ownerReferences: [owner] }
  return objects.pods.fromJson({ metadata, spec: { containers: [] }, status: {} })
}

t.test('every index follows additions, changes, successors of the same name, and deletions', async (t) => {
  const cache = new ClusterCache()
  const { pods } = cache.objects
  cache.apply('pods', 'ADDED', pod('a', 'u1'), 0)
  cache.apply('pods', 'MODIFIED', pod('a', 'u1', '2', { app: 'api' }), 0)
  t.same(pods.withLabel('shop', 'app', 'web'), [])
  t.equal(pods.withLabel('shop', 'app', 'api').length, 1)
  t.equal(pods.ownedBy('rs').length, 1)
  cache.apply('pods', 'ADDED', pod('a', 'u2', '3'), 0)
  t.equal(pods.byUid('u1'), undefined, 'the successor took its place')
  cache.apply('pods', 'DELETED', pod('a', 'u1', '4'), 0)
  t.equal(pods.get('shop', 'a')?.uid, 'u2', 'a late deletion of the first does not hit its successor')
  cache.apply('pods', 'DELETED', pod('a', 'u2', '5'), 0)
  t.equal(pods.size, 0)
  t.same(pods.select('shop', []), [])
})

t.test('a relist removes what is gone in its namespace, and nothing else', async (t) => {
  const cache = new ClusterCache()
  cache.apply('pods', 'ADDED', pod('a', 'u1'), 0)
  cache.apply('pods', 'ADDED', pod('b', 'u2'), 0)
  cache.apply('pods', 'ADDED', { ...pod('c', 'u3'), namespace: 'bank' }, 0)
  cache.retain('pods', 'shop', new Set(['u2']), 0)
  t.same([...cache.objects.pods.all()].map(({ name }) => name).sort(), ['b', 'c'])
  cache.retain('pods', '', new Set(), 0)
})

t.test('changes are reported once a turn, to those whom they concern', async (t) => {
  const cache = new ClusterCache()
  let calls = 0
  const stop = cache.onChange(new Set([uidKey('u1'), nameKey('pods', 'shop', 'b')]), () => {
    calls += 1
  })
  cache.apply('pods', 'ADDED', pod('a', 'u1'), 0)
  cache.apply('pods', 'ADDED', pod('b', 'u2'), 0)
  await Promise.resolve()
  t.equal(calls, 1)
  cache.apply('pods', 'ADDED', pod('c', 'u3'), 0)
  cache.apply('pods', 'ADDED', { ...pod('b', 'u4'), namespace: 'bank' }, 0)
  const { changes } = cache
  cache.apply('pods', 'MODIFIED', pod('a', 'u1'), 0)
  await Promise.resolve()
  t.equal(calls, 1, 'others, or the same again')
  t.equal(cache.changes, changes)
  cache.setWatchState('pods', '', { type: 'working' })
  await Promise.resolve()
  t.equal(calls, 2, 'the state of a watch concerns all')
  stop()
  cache.apply('pods', 'DELETED', pod('a', 'u1'), 0)
  await Promise.resolve()
  t.equal(calls, 2)
  t.ok(cache.changes > changes)
})

t.test('the age of a resource is 0 while its watch works, then the time since', async (t) => {
  const cache = new ClusterCache()
  t.equal(cache.ageSeconds('pods', 'shop', 100), Number.POSITIVE_INFINITY)
  t.equal(cache.obstacle('pods', 'shop'), 'unsynced')
  cache.setWatchState('pods', '', { type: 'working' })
  t.equal(cache.ageSeconds('pods', 'shop', 100), 0)
  t.ok(cache.watchesWork)
  cache.setWatchState('pods', '', { type: 'broken', since: 90 })
  t.equal(cache.ageSeconds('pods', 'shop', 100), 10)
  t.notOk(cache.watchesWork)
  cache.setWatchState('pods', '', { type: 'forbidden' })
  t.equal(cache.obstacle('pods', 'shop'), 'forbidden')
})

t.test('events are bounded', async (t) => {
  const cache = new ClusterCache()
  for (let i = 0; i < 20_050; i += 1) {
    const metadata = { name: `e${i}`, namespace: 'shop', uid: `e${i}`, resourceVersion: '1' }
    cache.apply(
      'events',
      'ADDED',
      objects.events.fromJson({ metadata, involvedObject: {}, reason: 'BackOff' }),
      0,
    )
  }
  t.equal(cache.objects.events.size, 20_000)
  t.equal(cache.objects.events.byUid('e0'), undefined)
})

function node(ready: string, resourceVersion: string, rest: Record<string, unknown> = {}): Node {
  const condition = { type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T00:00:00Z', ...rest }
  return objects.nodes.fromJson({
    metadata: { name: 'a', uid: 'node-a', resourceVersion },
    status: { conditions: [condition] },
  })
}

t.test('a node that says the same again changes nothing and wakes nobody', async (t) => {
  const cache = new ClusterCache()
  let calls = 0
  cache.onChange(new Set([nameKey('nodes', '', 'a')]), () => {
    calls += 1
  })
  const apply = async (record: Node, name = 'a') => {
    const { changes } = cache
    cache.apply('nodes', 'MODIFIED', { ...record, name, uid: `node-${name}` }, 0)
    await Promise.resolve()
    return cache.changes - changes
  }
  t.equal(await apply(node('True', '1')), 1)
  t.equal(await apply(node('True', '2')), 0, 'a heartbeat')
  t.equal(await apply(node('Unknown', '3')), 1)
  t.equal(await apply(node('Unknown', '4', { message: 'for 3 s' })), 0, 'another message')
  t.equal(await apply(node('Unknown', '5', { reason: 'KubeletNotReady' })), 1)
  t.equal(await apply(node('Unknown', '6', { lastTransitionTime: '2026-01-01T00:01:00Z' })), 1)
  t.equal(calls, 4)
  t.equal(await apply(node('True', '7'), 'b'), 1)
  t.equal(calls, 4, 'another node')
  cache.retain('nodes', '', new Set(['node-b']), 0)
  await Promise.resolve()
  t.equal(calls, 5, 'it is gone')
})

t.test('a node that changes touches the workloads that have pods there', async (t) => {
  const cache = new ClusterCache()
  cache.takeTouched()
  cache.apply('pods', 'ADDED', { ...pod('a', 'u1'), node: 'a' }, 0)
  cache.apply('pods', 'ADDED', { ...pod('b', 'u2'), node: 'b', owner: null }, 0)
  cache.takeTouched()
  cache.apply('nodes', 'ADDED', node('True', '1'), 0)
  t.same([...(cache.takeTouched() ?? [])].toSorted(), ['rs', 'u1'])
  cache.apply('nodes', 'ADDED', node('True', '2'), 0)
  t.same([...(cache.takeTouched() ?? [])], [])
})
