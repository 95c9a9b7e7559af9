import t from 'tap'
import { ApiObjects } from '../../src/cluster/client/api-objects.ts'
import { Connection } from '../../src/cluster/client/connection.ts'
import { loadKubeConfig } from '../../src/cluster/client/kubeconfig.ts'
import { Election } from '../../src/notify/leader/election.ts'
import { Lease } from '../../src/notify/leader/lease.ts'
import { ConfigMapStore } from '../../src/notify/outbox/config-maps.ts'
import { KEYS, type Pending } from '../../src/notify/outbox/entries.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { until } from '../cluster/watch/watching.ts'
import { ManualTime } from '../manual-time.ts'
import { event } from './events.ts'

/** Each delay is as long as its bound. */
const longest = () => 1

interface Teardown {
  teardown(handler: () => Promise<void>): void
}

async function objects(t: Teardown): Promise<ApiObjects> {
  return (await withFaults(t)).api
}

async function withFaults(t: Teardown) {
  const api = await new EmbeddedApi(new EmbeddedCluster()).start()
  const config = loadKubeConfig({ kubeconfigText: api.kubeconfig(), inCluster: false })
  const connection = new Connection(config, 'test', () => Date.now() / 1000)
  t.teardown(async () => {
    connection.close()
    await api.stop()
  })
  return { api: new ApiObjects(connection), faults: api.faults }
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
  t.equal(third.freeIn, 4)
  now += 5
  t.equal(await third.acquire(), true)
  t.equal(third.freeIn, Number.POSITIVE_INFINITY)
})

t.test('the ledger is found by the next replica, and who read it before cannot write any more', async (t) => {
  const api = await objects(t)
  const store = () => new ConfigMapStore(api, 'lynceus', 'ledger', longest)
  const one = store()
  await one.load()
  const key = KEYS.pending('uid-1', '0123')
  const targets = { chat: { attempts: 2, dueAt: 5 } }
  const pending = { type: 'pending', event: event(), sequence: 1, enteredAt: 5, targets, dead: {} } as const
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
  const store = new ConfigMapStore(api, 'lynceus', 'ledger', longest)
  const message = 'x'.repeat(10_000)
  for (let index = 0; index < 80; index++) {
    const one = event({ id: String(index), message })
    store.set(KEYS.pending('uid-1', one.id), {
      type: 'pending',
      event: one,
      sequence: index,
      enteredAt: 5,
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

const WAITING: Pending = {
  type: 'pending',
  event: event(),
  sequence: 1,
  enteredAt: 5,
  targets: { chat: { attempts: 0, dueAt: 0 } },
  dead: {},
}

t.test('a shard that cannot be written does not keep the others from it', async (t) => {
  const api = await objects(t)
  const store = () => new ConfigMapStore(api, 'lynceus', 'ledger', longest)
  const [one, other] = [store(), store()]
  const keys = Array.from({ length: 64 }, (_, index) => KEYS.pending(`uid-${index}`, '0'))
  const [taken = '', ...rest] = keys
  other.set(taken, WAITING)
  await other.flush()
  for (const key of keys) one.set(key, WAITING)
  await t.rejects(one.flush(), { name: 'LedgerConflictError', message: /^ConfigMap ledger-\d+ was changed by another writer/ })
  t.equal(one.isWritten(taken), false)
  const third = store()
  await third.load()
  const written = rest.filter((key) => one.isWritten(key))
  t.ok(written.length > 32)
  t.strictSame(
    written.filter((key) => third.get(key) === undefined),
    [],
  )
})

t.test(
  'an entry that is not understood is carried along; what is no ledger is told by its name',
  async (t) => {
    const api = await objects(t)
    const collection = '/api/v1/namespaces/lynceus/configmaps'
    const entries = { 'uid-1/release': { type: 'of a later version' }, 'uid-1/pending/0': WAITING }
    const write = (name: string, text: string) =>
      api.create(collection, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { entries: text },
      })
    // Whichever of them the object is found in: all are alike.
    for (let index = 0; index < 16; index++) await write(`ledger-${index}`, JSON.stringify(entries))
    const store = new ConfigMapStore(api, 'lynceus', 'ledger', longest)
    await store.load()
    t.equal(store.get('uid-1/release'), undefined)
    t.strictSame(store.get('uid-1/pending/0'), WAITING)
    store.set('uid-1/pending/0', undefined)
    await store.flush()
    const texts = await Promise.all(
      Array.from({ length: 16 }, async (_, index) =>
        JSON.stringify(await api.read(`${collection}/ledger-${index}`)),
      ),
    )
    t.equal(texts.filter((text) => text.includes('of a later version')).length, 16)
    t.equal(texts.filter((text) => text.includes('uid-1/pending/0')).length, 15)
    await write('broken-3', '{"half')
    const broken = new ConfigMapStore(api, 'lynceus', 'broken', longest)
    await t.rejects(broken.load(), {
      message: /^ConfigMap broken-3: the value of "entries" is not a JSON object/,
    })
  },
)

t.test('a shard that is refused again and again is left out for ever more flushes', async (t) => {
  const { api, faults } = await withFaults(t)
  const store = new ConfigMapStore(api, 'lynceus', 'ledger', longest)
  store.set('uid-1/pending/0', WAITING)
  faults.answerNext(1000, { status: 500, when: 'configmaps' })
  const outcomes: boolean[] = []
  for (let flush = 0; flush < 10; flush++)
    outcomes.push(
      await store.flush().then(
        () => true,
        () => false,
      ),
    )
  t.strictSame(outcomes, [false, true, false, true, true, false, true, true, true, true])
  t.equal(store.isWritten('uid-1/pending/0'), false)
})

t.test('who does not know the cluster leaves the lease to others, and gives it up at the end', async (t) => {
  const api = await objects(t)
  const time = new ManualTime()
  let knows = false
  const lease = new Lease(api, 'lynceus', 'sender', 'one', time.now)
  const other = new Lease(api, 'lynceus', 'sender', 'other', time.now)
  const log = { info: () => undefined, warn: () => undefined }
  const election = new Election({
    lease,
    eligible: () => knows,
    schedule: time.schedule,
    random: longest,
    log,
  })
  election.start()
  /** The next rounds, one by one, until it is so. */
  const rounds = (what: string, holds: () => boolean) =>
    until(what, () => {
      const done = holds()
      if (!done && time.pending > 0) time.advance(2)
      return done
    })
  const start = time.now()
  await rounds('a second round', () => time.now() > start + 2)
  t.equal(election.held, false)
  t.equal(await other.acquire(), true, 'free for others')
  await other.release()
  knows = true
  await rounds('elected', () => election.held)
  t.equal(election.term, 1)
  knows = false
  await rounds('given up', () => !election.held && time.pending > 0)
  t.equal(await other.acquire(), true, 'at once')
  await other.release()
  knows = true
  await rounds('elected again', () => election.held)
  t.equal(election.term, 2, 'who was in office between may have sent')
  await election.stop()
  await election.release()
  t.equal(await other.acquire(), true, 'at the end')
})
