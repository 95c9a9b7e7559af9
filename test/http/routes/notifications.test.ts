import t from 'tap'
import { parseAccess } from '../../../src/cluster/client/access.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { parseNotifySettings } from '../../../src/notify/settings.ts'
import { startService } from '../../../src/service.ts'
import { eventually } from '../../../testing/contract/room.ts'
import type { EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { until } from '../../cluster/watch/watching.ts'
import { Receiver } from '../../notify/receiver.ts'
import { serving } from '../serving.ts'

function crashedPod(cluster: EmbeddedCluster, name: string): void {
  const at = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  const terminated = { exitCode: 1, reason: 'Error', startedAt: at, finishedAt: at, containerID: 'c://1' }
  const status = { name: 'app', ready: false, started: false, restartCount: 0, image: 'a', imageID: '' }
  cluster.create('pods', {
    metadata: { name, namespace: 'prod' },
    spec: { containers: [{ name: 'app', image: 'a' }], restartPolicy: 'Always', nodeName: 'node-1' },
    status: { phase: 'Running', containerStatuses: [{ ...status, state: { terminated } }] },
  })
}

/** Two targets; `bad` fails as the tests say. */
async function receivers(t: { teardown(handler: () => void): void }) {
  const [good, bad] = [await new Receiver().start(t), await new Receiver().start(t)]
  const targets = [
    { name: 'good', url: good.url.replace('http://', 'http://user-1:pass-word@') },
    { name: 'bad', url: `${bad.url}/s3cret` },
  ]
  return { good, bad, notify: parseNotifySettings(undefined, { targets }) }
}

t.test('404 while notifications are off', async (t) => {
  const { get } = await serving(t)
  const { status, type, body } = await get('/notifications')
  t.equal(status, 404)
  t.match(type, 'application/problem+json')
  t.match(body, { code: 'notifier-off', detail: /NOTIFY/ })
})

t.test('the leader lists delivered, waiting and given-up deliveries', async (t) => {
  const { good, bad, notify } = await receivers(t)
  const { cluster, service, get, log } = await serving(t, {
    settings: { notifyAllowLoopback: 'true', clusterName: 'north' },
    notify,
  })
  await until('it leads', () => log.some((line) => line.includes('sending notifications')))
  bad.answer(404, 500)
  crashedPod(cluster, 'one')
  await until('the first crash is sent', () => good.received.length === 1 && bad.received.length === 1)
  crashedPod(cluster, 'two')
  await until('the second crash is sent', () => good.received.length === 2 && bad.received.length === 2)
  await eventually('the outcomes are recorded', async () => {
    const { items } = (await get('/notifications')).body
    return Array.isArray(items) && items.every(({ attempts }) => attempts === 1)
  })
  const { status, body } = await get('/notifications')
  t.equal(status, 200)
  t.match(body, { leading: true, leader: /_/, disabledTargets: [], continue: null, remaining: 0 })
  const items = Array.isArray(body.items) ? body.items : []
  const find = (app: string, target: string) =>
    items.find((item) => item.app === app && item.target === target)
  t.equal(items.length, 4)
  t.match(good.received[0]?.body, { app: { name: 'one' }, cluster: 'north' })
  t.match(find('one', 'good'), { kind: 'crashed', namespace: 'prod', outcome: 'delivered', why: null })
  t.equal(find('one', 'good').id, good.received[0]?.headers['webhook-id'])
  t.match(find('one', 'bad'), { outcome: 'dead', why: 'status 404', dueAt: null })
  t.match(find('two', 'bad'), { outcome: 'retry', why: 'status 500', dueAt: /^2/, attemptedAt: /^2/ })
  const first = await get('/notifications?limit=3')
  t.match(first.body, { items: { length: 3 }, remaining: 1, continue: String })
  const second = await get(`/notifications?limit=3&continue=${first.body.continue}`)
  t.strictSame([first.body.items, second.body.items].flat(), items)
  const all = JSON.stringify([body, await (await fetch(`${service.url}/metrics`)).text()]) + log.join('')
  t.notMatch(all, /127\.0\.0\.1:\d+\/hook|pass-word|user-1|s3cret|Basic/)
  t.equal((await get('/notifications?limit=0')).status, 400)
  t.match((await get('/notifications?continue=x')).body, { code: 'bad-parameters', detail: /^continue: / })
})

t.test('another replica names the leader and reads the outbox', async (t) => {
  const { bad, notify } = await receivers(t)
  bad.answer(500)
  const first = await serving(t, { settings: { notifyAllowLoopback: 'true' }, notify })
  await until('it leads', () => first.log.some((line) => line.includes('sending notifications')))
  crashedPod(first.cluster, 'one')
  await eventually('it failed', async () => {
    const { items } = (await first.get('/notifications')).body
    return Array.isArray(items) && items.some(({ target, attempts }) => target === 'bad' && attempts === 1)
  })
  const flags = { host: '127.0.0.1', port: '0', logLevel: 'silent', notifyAllowLoopback: 'true' }
  let skipped = 0
  const second = await startService({
    config: loadConfig({ flags, env: {} }),
    cluster: parseAccess(first.api.kubeconfig()),
    notify,
    now: () => Date.now() / 1000 + skipped,
  })
  t.teardown(() => second.stop(0))
  const ask = async () => {
    const response = await fetch(`${second.url}/notifications`)
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const { body } = await ask()
  t.strictSame(body.leader, (await first.get('/notifications')).body.leader)
  t.equal(body.leading, false)
  const waiting = body.items.filter(({ target }: { target: string }) => target === 'bad')
  t.match(waiting, [{ app: 'one', outcome: /pending|retry/, why: null, attemptedAt: null }])
  first.api.access.forbid('configmaps')
  t.equal((await ask()).status, 200, 'at most one read in 5 s')
  skipped = 5
  const refused = await ask()
  t.equal(refused.status, 503)
  t.match(refused.body, { code: 'ledger-unreadable', detail: /\(status \d+\)\.$/ })
  first.api.access.allow('configmaps')
})
