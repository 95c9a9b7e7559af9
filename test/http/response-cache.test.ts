import t from 'tap'
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
  await until('noticed', () => !service.cache.settled)
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
  await until('the others back', () => service.cache.settled)
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
