import t from 'tap'
import { ContractClient, PROTOBUF } from '../../../../testing/contract/client.ts'
import { TcpProxy } from '../../../../testing/fake-apiserver/tcp-proxy.ts'
import { pod, startApi } from '../api.ts'

const WATCH = '/api/v1/pods?watch=1&resourceVersion=0&allowWatchBookmarks=true&timeoutSeconds=20'
const WATCH_LIST = `${WATCH}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`

t.test('credentials', async (t) => {
  const { api, client } = await startApi(t, { token: 'right' })
  t.equal((await client.get('/api/v1/pods')).status, 200)
  const wrong = new ContractClient({ url: api.url, token: 'wrong' })
  t.match(await wrong.get('/api/v1/pods'), { status: 401, object: { reason: 'Unauthorized' } })
  api.access.token = 'new'
  t.equal((await client.get('/api/v1/pods')).status, 401, 'a token can change')
  api.access.token = null
  api.access.forbid('pods')
  const message =
    'pods is forbidden: User "system:serviceaccount:lynceus:lynceus" cannot list resource "pods" in API group "" at the cluster scope'
  t.match(await client.get('/api/v1/pods'), {
    status: 403,
    object: { reason: 'Forbidden', message, code: 403 },
  })
  api.access.allow('pods')
  api.access.forbid('deployments', 'a')
  t.equal((await client.get('/api/v1/pods')).status, 200)
  t.match(await client.get('/apis/apps/v1/namespaces/a/deployments'), {
    status: 403,
    object: { message: /deployments.apps is forbidden.*in the namespace "a"/ },
  })
  t.equal((await client.get('/apis/apps/v1/namespaces/b/deployments')).status, 200)
  t.match(JSON.parse(api.kubeconfig()), { clusters: [{ cluster: { server: api.url } }] })
})

t.test('planned answers', async (t) => {
  const { client, faults } = await startApi(t)
  faults.answerNext(2, { status: 429, retryAfterSeconds: 3, when: '/pods' })
  t.equal((await client.get('/version')).status, 200, 'others are not concerned')
  t.match(await client.get('/api/v1/pods'), {
    status: 429,
    retryAfter: '3',
    object: { reason: 'TooManyRequests' },
  })
  t.match(await client.get('/api/v1/pods', PROTOBUF), {
    status: 429,
    contentType: PROTOBUF,
    object: { code: 429 },
  })
  t.equal((await client.get('/api/v1/pods')).status, 200, 'used up')
  for (const status of [410, 500, 503]) {
    faults.answerNext(1, { status })
    t.equal((await client.get('/api/v1/pods')).status, status)
  }
})

t.test('watches that go wrong', async (t) => {
  const { cluster, client, faults, api } = await startApi(t, { bookmarkEveryMs: 50 })
  cluster.create('pods', pod('one'))
  const open = async (how: () => void, accept = 'application/json') => {
    let done = false
    return client.watch(
      WATCH,
      (seen) => {
        if (seen.some(({ type }) => type === 'ADDED') && !done) {
          done = true
          how()
        }
        return false
      },
      accept,
    )
  }
  for (const accept of ['application/json', `${PROTOBUF};stream=watch`]) {
    for (const how of ['garbage', 'nonsense'] as const) {
      await t.rejects(
        open(() => faults.corruptWatches(how), accept),
        `${how} as ${accept}`,
      )
    }
    await t.rejects(
      open(() => faults.corruptWatches('truncated'), accept),
      `truncated as ${accept}`,
    )
    await t.rejects(
      open(() => faults.dropConnections(), accept),
      `dropped as ${accept}`,
    )
  }
  const { events, endedByServer } = await open(() => faults.expireWatches())
  t.match(events.at(-1), { type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } })
  t.ok(endedByServer)
  faults.refuseWatchList = true
  const refused = await client.watch(WATCH_LIST, () => false)
  t.match(refused, {
    status: 200,
    events: [{ type: 'ERROR', object: { kind: 'Status', code: 422 } }],
    endedByServer: true,
  })
  faults.refuseWatchList = false
  const marked = await client.watch(
    WATCH,
    (seen) => seen.filter(({ type }) => type === 'BOOKMARK').length === 3,
  )
  t.ok(marked.events.length >= 4, 'bookmarks come again and again')
  faults.withholdBookmarks = true
  const bare = await client.watch(WATCH_LIST.replace('timeoutSeconds=20', 'timeoutSeconds=1'), () => false)
  t.same(
    bare.events.map(({ type }) => type),
    ['ADDED'],
    'or not at all',
  )
  t.ok(api.requests.length > 0, 'requests are on record')
})

t.test('slowness and silence', async (t) => {
  const { client, faults, cluster } = await startApi(t)
  cluster.create('pods', pod('one'))
  faults.dripBytes = 200
  t.match(
    (await client.get('/api/v1/pods')).object,
    { items: [{ metadata: { name: 'one' } }] },
    'drip by drip',
  )
  faults.dripBytes = 0
  faults.delayMs = 20
  t.equal((await client.get('/version')).status, 200, 'late')
  faults.delayMs = 0
  faults.stall()
  const waiting = client.get('/version')
  t.equal(
    await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))]),
    'nothing',
  )
  faults.resume()
  t.equal((await waiting).status, 200, 'when it goes on')
})

t.test('a server that is gone comes back on the same port', async (t) => {
  const { api, client, cluster, faults } = await startApi(t)
  cluster.create('pods', pod('one'))
  await api.stop()
  await t.rejects(client.get('/api/v1/pods'), { code: 'ECONNREFUSED' })
  await api.start()
  t.match((await client.get('/api/v1/pods')).object, { items: [{ metadata: { name: 'one' } }] })
  faults.refuseConnections = true
  faults.dropConnections()
  await t.rejects(client.get('/api/v1/pods'), { code: 'ECONNRESET' })
})

t.test('a TCP proxy that swallows', async (t) => {
  const { api } = await startApi(t)
  const proxy = await new TcpProxy(api.port).start()
  t.teardown(() => proxy.stop())
  const client = new ContractClient({ url: `http://127.0.0.1:${proxy.port}` })
  t.equal((await client.get('/version')).status, 200, 'passes')
  proxy.mode = 'swallow'
  const lost = client.get('/version').then(
    () => 'answered',
    () => 'broken',
  )
  t.equal(
    await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))]),
    'nothing',
  )
  proxy.drop()
  t.equal(await lost, 'broken')
})
