import t from 'tap'
import { ApiObjects } from '../../src/cluster/api-objects.ts'
import { Connection } from '../../src/cluster/connection.ts'
import { loadKubeConfig } from '../../src/cluster/kubeconfig.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../src/embedded/index.ts'
import { Lease } from '../../src/notify/lease.ts'
import { KEYS } from '../../src/notify/ledger.ts'
import { ConfigMapStore } from '../../src/notify/store/config-maps.ts'
import { event } from './events.ts'

async function objects(t: { teardown(handler: () => Promise<void>): void }): Promise<ApiObjects> {
  const api = await new EmbeddedApi(new EmbeddedCluster()).start()
  const config = loadKubeConfig({ kubeconfigText: api.kubeconfig(), inCluster: false })
  const connection = new Connection(config, 'test', () => Date.now() / 1000)
  t.teardown(async () => {
    connection.close()
    await api.stop()
  })
  return new ApiObjects(connection)
}

t.test('one of two holds the lease; a released one is taken at once, a lost one after 15 s', async (t) => {
  const api = await objects(t)
  let now = 1_700_000_000
  const lease = (name: string) => new Lease(api, 'lynceus', 'sender', name, () => now)
  const [one, other, third] = [lease('one'), lease('other'), lease('third')]
  t.same([await one.acquire(), await other.acquire()], [true, false])
  now += 8
  t.same([await one.acquire(), await other.acquire()], [true, false], 'renewed')
  await one.release()
  t.same([one.held, await other.acquire(), await one.acquire()], [false, true, false], 'handed over')
  t.equal(await third.acquire(), false)
  now += 11
  t.equal(other.held, false, 'not renewed: it stops before another may begin')
  t.equal(await third.acquire(), false)
  now += 5
  t.equal(await third.acquire(), true)
})

t.test('the ledger is found by the next replica, and who read it before cannot write any more', async (t) => {
  const api = await objects(t)
  const store = () => new ConfigMapStore(api, 'lynceus', 'ledger')
  const one = store()
  await one.load()
  const key = KEYS.pending('uid-1', '0123')
  const targets = { chat: { attempts: 2, dueAt: 5 } }
  const pending = { type: 'pending', event: event(), sequence: 1, targets, dead: {} } as const
  one.set(key, pending)
  await one.flush()
  const other = store()
  await other.load()
  t.strictSame(other.get(key), pending)
  other.set(key, undefined)
  await other.flush()
  one.set(key, { ...pending, sequence: 2 })
  await t.rejects(one.flush(), { name: 'LedgerConflictError' })
  await one.load()
  t.equal(one.get(key), undefined)
})

t.test('a full shard takes no new events, and still what changes', async (t) => {
  const api = await objects(t)
  const store = new ConfigMapStore(api, 'lynceus', 'ledger')
  const message = 'x'.repeat(10_000)
  for (let index = 0; index < 80; index++) {
    const one = event({ id: String(index), message })
    store.set(KEYS.pending('uid-1', one.id), {
      type: 'pending',
      event: one,
      sequence: index,
      targets: {},
      dead: {},
    })
  }
  t.equal(store.hasRoom('uid-1'), false, 'already before it is written')
  await store.flush()
  t.equal(store.hasRoom('uid-1'), false)
  store.set(KEYS.pending('uid-1', '0'), undefined)
  await store.flush()
})
