import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { ResponseCache } from '../../src/http/response-cache.ts'
import { uidKey } from '../../src/model/dependencies.ts'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet, serving } from './serving.ts'

const question = '/analyze/crashes?namespace=shop&hash=aaa'

t.test('a repeated question is answered from memory until something happens in its namespace', async (t) => {
  const { cluster, get } = await serving(t)
  const owner = replicaSet(cluster, 'aaa', 2)
  pod(cluster, 'aaa', owner, 'web-aaa-1')
  const first = await get(question)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const second = await get(question)
  t.same({ ...second.body, evaluatedAt: '' }, { ...first.body, evaluatedAt: '' })
  t.ok(String(second.body.evaluatedAt) > String(first.body.evaluatedAt), 'the time is that of the answer')
  pod(cluster, 'aaa', owner, 'web-aaa-2', 1)
  let latest = second
  for (let tries = 0; tries < 200 && latest.body.verdict !== 'fail'; tries += 1) latest = await get(question)
  t.match(latest.body, { verdict: 'fail', crashes: 1, pods: 2 })
})

t.test('nothing is answered from memory while a watch is in doubt', async (t) => {
  let ahead = 0
  const { api, cluster, get, service } = await serving(t, { now: () => Date.now() / 1000 + ahead })
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  t.match(await get(question), { status: 200, body: { verdict: 'pass' } })
  t.match(await get(question), { status: 200, body: { verdict: 'pass' } })
  await api.stop()
  await until('noticed', () => !service.cache.watchesWork)
  ahead = 60
  t.match(await get(question), { status: 503, body: { code: 'stale' } })
})

t.test('nothing is answered from memory that may no longer be read', async (t) => {
  const { api, cluster, get, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  await until('heard of', () => service.cache.objects.pods.size === 1)
  t.match(await get(question), { status: 200, body: { verdict: 'pass' } })
  t.match(await get(question), { status: 200, body: { verdict: 'pass' } })
  api.access.forbid('pods')
  api.faults.expireWatches()
  await until('refused', () => service.cache.watchStates.get('pods', 'shop').type === 'forbidden')
  await until('the others back', () => service.cache.watchesWork)
  t.match(await get(question), { status: 503, body: { code: 'forbidden' } })
})

t.test('a question about a moving span is judged anew each time', async (t) => {
  let ahead = 0
  const { cluster, get } = await serving(t, { now: () => Date.now() / 1000 + ahead })
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1', 1)
  t.match(await get(`${question}&window=5m`), { body: { verdict: 'fail', crashes: 1 } })
  ahead = 600
  t.match(await get(`${question}&window=5m`), { body: { verdict: 'pass', crashes: 0 } })
})

t.test('a repeated question is not evaluated again', async (t) => {
  const { cluster, get, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  await until('heard of', () => service.cache.objects.pods.size === 1)
  const figures = async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    const value = (name: string): number =>
      Number(new RegExp(`^lynceus_${name}{route="/analyze/crashes".*} (.*)$`, 'm').exec(metrics)?.[1])
    return { seconds: value('analysis_duration_seconds_sum'), answers: value('analyses_total') }
  }
  await get(question)
  const before = await figures()
  t.ok(before.seconds > 0, 'an evaluation takes time')
  for (const _ of [1, 2, 3]) t.match(await get(question), { body: { verdict: 'pass' } })
  t.same(await figures(), { ...before, answers: before.answers + 3 }, 'answers from memory count as 0 s')
  await get(`${question}&limit=9`)
  t.ok((await figures()).seconds > before.seconds, 'another question is evaluated')
})

t.test('a body is given while what it read and the watches are as they were, until its moment', async (t) => {
  const cases: readonly (readonly [name: string, then: (cache: ClusterCache) => number, given: boolean])[] = [
    ['nothing happened', () => 101, true],
    ['its moment has not come', () => 109.9, true],
    ['its moment has come', () => 110, false],
    ['something else happened', (cache) => change(cache, 'other'), true],
    ['something happened that it read', (cache) => change(cache, 'known'), false],
    ['a watch broke', (cache) => broken(cache), false],
  ]
  for (const [name, then, given] of cases) {
    const { cache, responses } = remembered()
    const now = then(cache)
    await Promise.resolve()
    const expected = given ? { verdict: 'pass', body: `{"a":1,"evaluatedAt":"${stamp(now)}"}` } : undefined
    t.same(responses.get('/x', now), expected, name)
    t.equal(responses.get('/y', now), undefined, 'another question is not known')
  }
})

t.test('nothing is kept that may be out of date already, and not more than there is room for', async (t) => {
  const { cache, responses } = remembered()
  broken(cache)
  responses.put('/late', BODY, evaluated(cache, null))
  cache.setWatchState('pods', '', { type: 'working' })
  await Promise.resolve()
  t.equal(responses.get('/late', 101), undefined, 'a watch did not work')
  const before = evaluated(cache, null)
  change(cache, 'other')
  responses.put('/late', BODY, before)
  t.equal(responses.get('/late', 101), undefined, 'something happened since the evaluation')
  for (let entry = 0; entry < 2000; entry += 1) responses.put(`/${entry}`, BODY, evaluated(cache, null))
  t.ok(responses.get('/0', 101))
  responses.put('/more', BODY, evaluated(cache, null))
  t.equal(responses.get('/0', 101), undefined)
  t.ok(responses.get('/more', 101))
})

const BODY = `{"a":1,"evaluatedAt":"${stamp(100)}"}`

/** An evaluation at 100 that read the object `known`. */
function evaluated(cache: ClusterCache, recheckAt: number | null) {
  const dependencies = new Set([uidKey('known')])
  return {
    answer: { verdict: 'pass', evaluatedAt: stamp(100) },
    recheckAt,
    dependencies,
    changes: cache.changes,
  } as const
}

/** A cache that has answered /x at 100, for 10 s at most. */
function remembered() {
  const cache = new ClusterCache()
  cache.setWatchState('pods', '', { type: 'working' })
  const responses = new ResponseCache(cache)
  responses.put('/x', BODY, evaluated(cache, 110))
  return { cache, responses }
}

function change(cache: ClusterCache, uid: string): number {
  const meta = { namespace: 'shop', name: uid, uid, resourceVersion: '1', createdAt: 0, deletedAt: null }
  cache.apply('controllerrevisions', 'ADDED', { ...meta, labels: {}, owner: null, revision: 1 }, 101)
  return 101
}

function broken(cache: ClusterCache): number {
  cache.setWatchState('pods', '', { type: 'broken', since: 101 })
  return 101
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
