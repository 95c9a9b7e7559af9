import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { nameKey, uidKey } from '../../src/model/dependencies.ts'
import type { Pod } from '../../src/model/pod.ts'

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
