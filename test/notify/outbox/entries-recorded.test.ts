import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ConfigMapStore } from '../../../src/notify/outbox/config-maps.ts'
import { parseNotifySettings } from '../../../src/notify/settings.ts'
import { eventually } from '../../../testing/contract/room.ts'
import { EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { until } from '../../cluster/watch/watching.ts'
import { serving } from '../../http/serving.ts'
import { longest, startObjectsOf } from '../api-objects.ts'
import { Receiver } from '../receiver.ts'
import { APPS, CLOSED_URL, createBaseline, NAMESPACE, RECORDED_AT, STEPS } from './recorded-cluster.ts'

/** The `data` of each ConfigMap, as Lynceus 0.1.0 wrote it. Never edit it: upgrades must read it. */
const RECORDED = Value.Parse(
  Type.Record(Type.String(), Type.Object({ entries: Type.String() })),
  JSON.parse(readFileSync(new URL('recorded-outbox.json', import.meta.url), 'utf8')),
)
const ENTRIES = new Map(
  Object.values(RECORDED).flatMap(({ entries }) =>
    Object.entries(Value.Parse(Type.Record(Type.String(), Type.Unknown()), JSON.parse(entries))),
  ),
)
const PAGE = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), target: Type.String(), outcome: Type.String() })),
})

const ID = {
  failedRelease: '458719268a0ddd862d8438790fef9c49',
  retried: 'f53d28ecc24247aa53fde2418a746d9d',
  neverTried: 'ed6e2e18381a9bc4c9d31e365dafa565',
  notDueYet: '6cd1740be1faeb200468aaa7466f772d',
}

function createConfigMaps(cluster: EmbeddedCluster, namespace: string): void {
  for (const [name, data] of Object.entries(RECORDED))
    cluster.create('configmaps', { metadata: { name, namespace }, data })
}

t.test('the store understands every entry of a recorded outbox and writes it unchanged', async (t) => {
  const cluster = new EmbeddedCluster()
  createConfigMaps(cluster, 'lynceus')
  const store = new ConfigMapStore(
    await startObjectsOf(t, cluster),
    'lynceus',
    'lynceus-notifications',
    longest,
  )
  await store.load()
  const loaded = new Map(store.entries())
  t.strictSame(loaded, ENTRIES)
  t.strictSame(
    [...new Set([...loaded.values()].map(({ type }) => type))].toSorted(),
    ['beginning', 'disabled', 'episode', 'pending', 'release'],
    'every type is recorded',
  )
  for (const [key, entry] of loaded) {
    t.strictSame(store.get(key), entry, key)
    store.set(key, undefined)
    store.set(key, entry)
  }
  await store.flush()
  for (const [name, { entries }] of Object.entries(RECORDED)) {
    const { data } = cluster.get('configmaps', 'lynceus', name)
    const written = Value.Parse(Type.Object({ entries: Type.String() }), data)
    t.strictSame(JSON.parse(written.entries), JSON.parse(entries), name)
  }
})

/** A new version of the service with the recorded outbox, a minute after it was recorded. */
async function upgrade(t: Test, prepare: (cluster: EmbeddedCluster) => void) {
  const [good, slow] = [await new Receiver().start(t), await new Receiver().start(t)]
  const targets = [
    { name: 'good', url: good.url },
    { name: 'slow', url: slow.url },
    { name: 'closed', url: CLOSED_URL },
  ]
  const startedAt = Date.now()
  const { cluster, get } = await serving(t, {
    settings: { notifyAllowLoopback: 'true', notifyNamespace: 'lynceus' },
    notify: parseNotifySettings(undefined, { targets, apps: APPS }),
    cluster: { now: () => RECORDED_AT * 1000 },
    prepare: (cluster) => {
      createBaseline(cluster)
      for (const step of Object.values(STEPS)) step(cluster)
      createConfigMaps(cluster, 'lynceus')
      prepare(cluster)
    },
    now: () => RECORDED_AT + 60 + (Date.now() - startedAt) / 1000,
  })
  const ids = ({ received }: Receiver) => received.map(({ headers }) => String(headers['webhook-id']))
  return { cluster, good, slow, ids, readPage: async () => (await get('/notifications')).body }
}

t.test('after an upgrade only what the outbox records as not delivered is sent', async (t) => {
  const { cluster, good, slow, ids, readPage } = await upgrade(t, () => undefined)
  await until('both pending events are sent', () => slow.received.length === 2)
  t.strictSame(ids(slow), [ID.retried, ID.neverTried], 'in their order')
  t.strictSame(slow.received[0]?.body.release, { id: '1', image: 'web:1' }, 'as the outbox has it')
  const outcomes = async () => {
    const { items } = Value.Parse(PAGE, await readPage())
    return new Map(items.map(({ id, target, outcome }) => [`${target} ${id}`, outcome]))
  }
  await eventually('both outcomes are listed', async () => {
    const listed = await outcomes()
    return [ID.retried, ID.neverTried].every((id) => listed.get(`slow ${id}`) === 'delivered')
  })
  t.strictSame((await outcomes()).get(`slow ${ID.failedRelease}`), 'dead')
  t.strictSame((await readPage()).disabledTargets, ['closed'])
  cluster.delete('pods', NAMESPACE, 'web-1-looping')
  const sent = () => good.received.length > 0 && slow.received.length > 2
  await until('the crash that was not due is sent once its pod is deleted', sent)
  // Events of one app arrive in order: nothing else was sent before.
  t.strictSame(ids(good), [ID.notDueYet])
  t.strictSame(ids(slow), [ID.retried, ID.neverTried, ID.notDueYet])
})

t.test('a recorded crash that was not due is sent when its pod was deleted meanwhile', async (t) => {
  const { good, ids } = await upgrade(t, (cluster) => cluster.delete('pods', NAMESPACE, 'web-1-looping'))
  await until('it is sent', () => good.received.length > 0)
  t.strictSame(ids(good), [ID.notDueYet])
})
