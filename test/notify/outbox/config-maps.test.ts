import t from 'tap'
import { ConfigMapStore } from '../../../src/notify/outbox/config-maps.ts'
import { KEYS, type PendingEvent } from '../../../src/notify/outbox/entries.ts'
import { longest, startObjects, startWithFaults } from '../api-objects.ts'
import { event } from '../events.ts'

t.test('the next replica finds the outbox, and one that read it earlier cannot write any more', async (t) => {
  const api = await startObjects(t)
  const store = () => new ConfigMapStore(api, 'lynceus', 'outbox', longest)
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
  await t.rejects(one.flush(), { name: 'OutboxConflictError' })
  await one.load()
  t.equal(one.get(key), undefined)
})

t.test('a full shard accepts no new events, but changes', async (t) => {
  const api = await startObjects(t)
  const store = new ConfigMapStore(api, 'lynceus', 'outbox', longest)
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

const WAITING: PendingEvent = {
  type: 'pending',
  event: event(),
  sequence: 1,
  enteredAt: 5,
  targets: { chat: { attempts: 0, dueAt: 0 } },
  dead: {},
}

t.test('a shard that cannot be written does not delay the others', async (t) => {
  const api = await startObjects(t)
  const store = () => new ConfigMapStore(api, 'lynceus', 'outbox', longest)
  const [one, other] = [store(), store()]
  const keys = Array.from({ length: 64 }, (_, index) => KEYS.pending(`uid-${index}`, '0'))
  const [taken = '', ...rest] = keys
  other.set(taken, WAITING)
  await other.flush()
  for (const key of keys) one.set(key, WAITING)
  await t.rejects(one.flush(), {
    name: 'OutboxConflictError',
    message: /^ConfigMap outbox-\d+ was changed by another writer/,
  })
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

t.test('an unknown entry is kept as it is; the error about a broken ConfigMap names it', async (t) => {
  const api = await startObjects(t)
  const collection = '/api/v1/namespaces/lynceus/configmaps'
  const entries = { 'uid-1/release': { type: 'of a later version' }, 'uid-1/pending/0': WAITING }
  const write = (name: string, text: string) =>
    api.create(collection, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { entries: text },
    })
  // All are equal, so that the test need not know the shard of the object.
  for (let index = 0; index < 16; index++) await write(`outbox-${index}`, JSON.stringify(entries))
  const store = new ConfigMapStore(api, 'lynceus', 'outbox', longest)
  await store.load()
  t.equal(store.get('uid-1/release'), undefined)
  t.strictSame(store.get('uid-1/pending/0'), WAITING)
  store.set('uid-1/pending/0', undefined)
  await store.flush()
  const texts = await Promise.all(
    Array.from({ length: 16 }, async (_, index) =>
      JSON.stringify(await api.read(`${collection}/outbox-${index}`)),
    ),
  )
  t.equal(texts.filter((text) => text.includes('of a later version')).length, 16)
  t.equal(texts.filter((text) => text.includes('uid-1/pending/0')).length, 15)
  await write('broken-3', '{"half')
  const broken = new ConfigMapStore(api, 'lynceus', 'broken', longest)
  await t.rejects(broken.load(), {
    message: /^ConfigMap broken-3: the value of "entries" is not a JSON object/,
  })
})

t.test('more and more flushes skip a shard that cannot be written', async (t) => {
  const { api, faults } = await startWithFaults(t)
  const store = new ConfigMapStore(api, 'lynceus', 'outbox', longest)
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
