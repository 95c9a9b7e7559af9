import t from 'tap'
import { EmbeddedApi, EmbeddedCluster, type Faults } from '../../../testing/fake-apiserver/index.ts'
import { until, Watching, type WatchingOptions } from './watching.ts'

type Tap = { teardown(handler: () => Promise<void>): void }

const pod = (name: string, labels: Record<string, string> = {}) => ({
  metadata: { name, namespace: 'shop', labels },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
})

async function start(t: Tap, options: WatchingOptions = {}, prepare?: (faults: Faults) => void) {
  const cluster = new EmbeddedCluster()
  for (let i = 0; i < 20; i += 1) cluster.create('pods', pod(`old-${i}`))
  const api = await new EmbeddedApi(cluster, { bookmarkEveryMs: 50 }).start()
  prepare?.(api.faults)
  const watching = new Watching(api, options)
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
  })
  return { cluster, api, watching }
}

/** Something is created, changed and deleted, also while nobody can hear it. */
function change(cluster: EmbeddedCluster, round: string): void {
  cluster.create('pods', pod(`new-${round}`))
  cluster.patch('pods', 'shop', 'old-0', { metadata: { labels: { round } } })
  cluster.delete('pods', 'shop', `old-${1 + (round.length % 19)}`)
}

const FAULTS: readonly (readonly [
  name: string,
  strike: (api: EmbeddedApi) => void | Promise<void>,
  reason: string,
])[] = [
  ['dropped connections', ({ faults }) => faults.dropConnections(), 'connection'],
  ['garbage in the stream', ({ faults }) => faults.corruptWatches('garbage'), 'decode'],
  ['a frame cut short', ({ faults }) => faults.corruptWatches('truncated'), ''],
  ['a frame that is too long', ({ faults }) => faults.corruptWatches('oversized'), 'decode'],
  ['an object that is none', ({ faults }) => faults.corruptWatches('nonsense'), 'decode'],
  ['an expired watch', ({ faults }) => faults.expireWatches(), 'expired'],
  [
    'versions compacted while away',
    ({ faults, cluster }) => {
      faults.dropConnections()
      cluster.create('pods', pod('unheard'))
      cluster.compact()
    },
    'expired',
  ],
  ...[410, 429, 500, 503].map((status) => {
    const strike = ({ faults }: EmbeddedApi): void => {
      faults.answerNext(2, { status, ...(status === 429 ? { retryAfterSeconds: 1 } : {}) })
      faults.dropConnections()
    }
    return [`answers ${status}`, strike, { 410: 'expired', 429: 'throttled' }[status] ?? 'server'] as const
  }),
  [
    'an API server that goes and comes',
    async (api) => {
      await api.stop()
      await api.start()
    },
    'connection',
  ],
]

t.test('whatever breaks, the cache becomes equal again, and the restart is told', async (t) => {
  for (const [name, strike, reason] of FAULTS) {
    const { cluster, api, watching } = await start(t)
    await watching.settled(api)
    await strike(api)
    change(cluster, name)
    await until(`${name}: a restart`, () => watching.restarts.length > 0)
    await watching.settled(api)
    t.ok(
      reason === '' || watching.reasons.some((one) => one === reason),
      `${name}: ${watching.reasons.join()}`,
    )
    t.ok(watching.cache.objects.pods.get('shop', `new-${name}`), name)
    await watching.stop()
  }
})

for (const refusal of ['refuseWatchList', 'lacksWatchList'] as const)
  t.test(`a server that refuses WatchList is listed, page by page: ${refusal}`, async (t) => {
    const { api, watching, cluster } = await start(t, {}, (faults) => {
      faults[refusal] = true
    })
    await watching.settled(api)
    t.ok(api.requests.some((request) => request.includes('limit=500')))
    change(cluster, 'listed')
    await watching.settled(api)
  })

t.test('a page whose token expired begins anew', async (t) => {
  const cluster = new EmbeddedCluster()
  for (let i = 0; i < 1200; i += 1) cluster.create('pods', pod(`pod-${i}`))
  const api = await new EmbeddedApi(cluster).start()
  api.faults.refuseWatchList = true
  api.faults.answerNext(1, { status: 410, when: 'continue=' })
  const watching = new Watching(api)
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
  })
  await watching.settled(api)
  const pages = api.requests.filter((request) => request.includes('limit=500'))
  t.ok(pages.length >= 5, 'one page, a refused one, and three again')
  t.equal(watching.cache.objects.pods.size, 1200)
})

t.test('a silent watch counts as broken, and nothing vanishes meanwhile', async (t) => {
  const { api, watching, cluster } = await start(t, { timing: { idleSeconds: 0.3 } })
  await watching.settled(api)
  api.faults.stall()
  cluster.create('pods', pod('unheard'))
  await until('broken', () => watching.state() === 'broken')
  t.ok(
    watching.cache.ageSeconds('pods', 'shop', Date.now() / 1000) >= 0.3,
    'the age counts from the last byte',
  )
  t.equal(watching.cache.objects.pods.size, 20)
  api.faults.resume()
  await watching.settled(api)
  t.ok(watching.reasons.includes('idle'))
})

t.test('a quiet watch without bookmarks is begun anew without a doubt about its objects', async (t) => {
  const cluster = new EmbeddedCluster()
  cluster.create('pods', pod('only'))
  const api = await new EmbeddedApi(cluster).start()
  const watching = new Watching(api, { timing: { idleSeconds: 0.2, replaceSeconds: 20 } })
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
  })
  await watching.settled(api)
  const states: string[] = []
  const look = setInterval(() => states.push(watching.state()), 2)
  await until('begun anew', () => watching.reasons.filter((reason) => reason === 'idle').length >= 3)
  clearInterval(look)
  t.same(new Set(states), new Set(['working']))
  cluster.create('pods', pod('second'))
  await watching.settled(api)
})

/** Stops the API server until the watch waits for 30 s before it tries again. */
async function outage(t: Tap) {
  // Hardly any wait at first, so that the bound of the back-off grows quickly.
  let jitter = 0.01
  const { api, watching } = await start(t, { random: () => jitter })
  await watching.settled(api)
  await api.stop()
  await until('the bound is 30 s', () => watching.restarts.length >= 8)
  jitter = 0.99
  const tries = watching.restarts.length
  await until('tried once more', () => watching.restarts.length > tries)
  return { api, watching }
}

t.test('a watch that waits to connect is woken when the API server is known to answer', async (t) => {
  const { api, watching } = await outage(t)
  await api.start()
  watching.wake()
  // Of its own accord it would wait for 30 s.
  await until('woken', () => watching.state() === 'working', 20)
})

t.test('what an outage has piled up does not delay the listing after it', async (t) => {
  const { api, watching } = await outage(t)
  api.cluster.create('pods', pod('unheard'))
  api.cluster.compact()
  await api.start()
  watching.wake()
  // The next bound of the outage would be 30 s, the first one is less than one.
  await until('listed again', () => watching.state() === 'working', 20)
  t.ok(watching.reasons.includes('expired'))
})

t.test('after an outage nothing counts as right before what was missed is there', async (t) => {
  for (const isCompacted of [false, true]) {
    // A bookmark ends it long before, and it brings what was missed before that.
    const timing = { catchUpSeconds: 20 }
    const { api, watching } = await start(t, { timing })
    await watching.settled(api)
    const before = watching.cache.objects.pods.size
    await api.stop()
    await until('broken', () => watching.state() === 'broken')
    const broken = watching.states.length - 1
    for (const name of ['one', 'two']) api.cluster.create('pods', pod(name))
    if (isCompacted) api.cluster.compact()
    await api.start()
    watching.wake()
    await until('right again', () => watching.state() === 'working')
    const types = watching.states.slice(broken).map(({ state }) => state.type)
    t.strictSame(types, ['broken', 'working'], 'and its age is counted from the outage on')
    t.equal(watching.states.at(-1)?.objects, before + 2)
    await watching.stop()
  }
})

t.test('a refused resource is told as forbidden until it is allowed, the others go on', async (t) => {
  const { api, watching } = await start(t, { resources: ['pods', 'deployments'] }, undefined)
  await watching.settled(api)
  api.access.forbid('deployments')
  api.faults.dropConnections()
  await until('forbidden', () => watching.state('deployments') === 'forbidden')
  await watching.settled(api)
  api.access.allow('deployments')
  await until('allowed', () => watching.state('deployments') === 'working')
})

t.test('rollouts are found when their definition is installed, and forgotten with it', async (t) => {
  const { cluster, watching } = await start(t, { resources: ['rollouts'] })
  await until('absent', () => watching.state('rollouts') === 'absent')
  cluster.installRollouts()
  cluster.create('rollouts', { metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 3 } })
  await until('found', () => watching.cache.objects.rollouts.get('shop', 'web')?.replicas === 3)
  t.equal(watching.state('rollouts'), 'working')
})

t.test('confined to namespaces, only these are asked for', async (t) => {
  const { cluster, api, watching } = await start(t, { namespaces: ['shop', 'bank'] })
  cluster.create('pods', { ...pod('other'), metadata: { name: 'other', namespace: 'else' } })
  cluster.create('pods', { ...pod('mine'), metadata: { name: 'mine', namespace: 'bank' } })
  await until(
    'both',
    () => watching.state('pods', 'shop') === 'working' && watching.cache.objects.pods.size === 21,
  )
  t.ok(
    api.requests
      .filter((request) => request.includes('/pods'))
      .every((request) => request.includes('/namespaces/')),
  )
  t.equal(watching.cache.obstacle('pods', 'else'), 'unsynced')
})

t.test('stopping ends everything', async (t) => {
  const { api, watching } = await start(t)
  await watching.settled(api)
  await watching.stop()
  const asked = api.requests.length
  api.faults.dropConnections()
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.equal(api.requests.length, asked)
})
