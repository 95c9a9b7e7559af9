import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { Agent, request } from 'undici'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet, serving } from './serving.ts'

/** Time for a few questions even on a busy machine. */
const DRAINING_SECONDS = 2

const question = '/analyze/crashes?namespace=shop&hash=aaa'

t.test('stale data are a 503, never a pass, and right again when the API server is back', async (t) => {
  let ahead = 0
  const { api, cluster, get, service } = await serving(t, { now: () => Date.now() / 1000 + ahead })
  const owner = replicaSet(cluster, 'aaa', 1)
  pod(cluster, 'aaa', owner, 'web-aaa-1')
  t.match(await get(question), { status: 200, body: { verdict: 'pass', cacheAgeSeconds: 0 } })
  await api.stop()
  const states = (): string[] => [...service.cache.watchStates.all()].map(({ state }) => state.type)
  await until('noticed', () => states().every((state) => state !== 'working'))
  ahead = 20
  const young = await get(question)
  t.match(young, { status: 200, body: { verdict: 'pass' } }, 'within the limit')
  t.ok(Number(young.body.cacheAgeSeconds) >= 19)
  ahead = 40
  const stale = await get(question)
  t.match(stale, { status: 503, type: /problem\+json/, body: { code: 'stale' } })
  t.match(await get(`${question}&onStale=unknown`), { status: 200, body: { verdict: 'unknown', crashes: 0 } })
  t.match(
    await get('/readyz'),
    { status: 200 },
    'a service without its API server stays ready: it says what it knows',
  )
  cluster.create('pods', { metadata: { name: 'late', namespace: 'shop' }, spec: { containers: [] } })
  await api.start()
  await until('back', () => states().every((state) => state !== 'broken'))
  t.match(await get(question), { status: 200, body: { verdict: 'pass', cacheAgeSeconds: 0 } })
})

t.test('a resource that RBAC refuses is told, and only questions that need it fail', async (t) => {
  const { api, cluster, get, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  api.access.forbid('deployments')
  api.faults.dropConnections()
  await until('forbidden', () => service.cache.watchStates.get('deployments', '').type === 'forbidden')
  await until('pods again', () => service.cache.watchStates.get('pods', '').type === 'working')
  await until('replicasets again', () => service.cache.watchStates.get('replicasets', '').type === 'working')
  t.match(await get('/analyze?namespace=shop&kind=deployment&name=web'), {
    status: 503,
    body: { code: 'forbidden', detail: /deployments/ },
  })
  t.match(await get(question), { status: 200 })
  const ready = await get('/readyz')
  t.equal(ready.status, 200)
  t.match(JSON.stringify(ready.body), /"resource":"deployments","namespace":"","state":"forbidden"/)
  t.match(ready.body, { problems: [/^deployments may not be read .*questions about Deployments/] })
})

t.test('a raw space in a URL is told how to be encoded, with a log line and a metric', async (t) => {
  const { service, log } = await serving(t)
  const { port } = new URL(service.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write('GET /analyze?selector=app in (web) HTTP/1.1\r\nHost: x\r\n\r\n')
  const answer = await text(socket)
  t.match(answer, /^HTTP\/1\.1 400 /)
  t.match(answer, /application\/problem\+json/)
  t.match(answer, /%20 or \+/)
  t.ok(log.some((line) => line.includes('malformed request')))
  t.match(
    await (await fetch(`${service.url}/metrics`)).text(),
    /malformed_requests_total\{reason="malformed-request"\} 1/,
  )
})

t.test('before the first sync nothing is answered', async (t) => {
  const { get } = await serving(t, { stalled: true })
  t.match(await get(question), { status: 503, body: { code: 'not-synced' } })
  t.match(await get('/readyz'), { status: 503, body: { ready: false, reason: /not read yet: .*pods/ } })
  t.match(await get('/livez'), { status: 200 })
})

t.test('draining sends who keeps a connection elsewhere, held or not', async (t) => {
  const { cluster, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  const dispatcher = new Agent({ connections: 1 })
  t.teardown(() => dispatcher.destroy())
  const connection = async (path: string) => {
    const { statusCode, headers, body } = await request(`${service.url}${path}`, { dispatcher })
    await body.dump()
    return { statusCode, connection: headers.connection }
  }
  t.same(await connection(question), { statusCode: 200, connection: 'keep-alive' })
  const stopping = service.stop(DRAINING_SECONDS)
  t.same(await connection(question), { statusCode: 200, connection: 'close' })
  t.same(await connection(`${question}&wait=8s`), { statusCode: 200, connection: 'close' })
  await stopping
})

t.test('draining fails readiness while requests are still answered', async (t) => {
  const { cluster, get, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  t.match(await get('/readyz'), { status: 200 })
  const stopping = service.stop(DRAINING_SECONDS)
  t.match(await get('/readyz'), { status: 503, body: { ready: false, reason: 'shutting down' } })
  t.match(await get(question), { status: 200, body: { verdict: 'pass' } })
  await stopping
})
