import t from 'tap'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet, serving } from './serving.ts'

const HOUR_MS = 3_600_000

t.test('a wall clock that is set back during an outage does not make old data young', async (t) => {
  const { api, cluster, get, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  const ask = () => get('/analyze/crashes?namespace=shop&hash=aaa')
  await until('heard', () => service.cache.objects.pods.size === 1)
  await api.stop()
  await until('broken', () => !service.cache.watchesWork)
  const machine = Date.now
  t.teardown(() => {
    Date.now = machine
  })
  Date.now = () => machine() + HOUR_MS
  t.match(await ask(), { status: 503, body: { code: 'stale' } })
  Date.now = () => machine() - HOUR_MS
  t.match(await ask(), { status: 503, body: { code: 'stale' } })
})
