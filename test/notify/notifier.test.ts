import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { parseAccess } from '../../src/cluster/client/access.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { parseNotifySettings } from '../../src/notify/settings.ts'
import { startService } from '../../src/service.ts'
import type { EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { until } from '../cluster/watch/watching.ts'
import { serving } from '../http/serving.ts'
import { Receiver } from './receiver.ts'

const LABELS = { 'akkeris.io/app-name': 'shop', 'akkeris.io/dyno-type': 'web' }

function app(cluster: EmbeddedCluster): string {
  const labels = { ...LABELS, 'akkeris.io/release-uuid': 'release-1' }
  const spec = {
    replicas: 1,
    selector: { matchLabels: LABELS },
    template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'app', image: 'shop:2' }] } },
  }
  cluster.create('deployments', {
    metadata: { name: 'shop--web', namespace: 'prod', labels },
    spec,
    status: {},
  })
  const deployment = cluster.get('deployments', 'prod', 'shop--web').metadata
  const uid =
    typeof deployment === 'object' && deployment !== null && 'uid' in deployment ? deployment.uid : ''
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'shop--web',
    uid: String(uid),
    controller: true,
  }
  const set = cluster.create('replicasets', {
    metadata: { name: 'shop--web-389233991', namespace: 'prod', labels: LABELS, ownerReferences: [owner] },
    spec: { replicas: 1, selector: { matchLabels: LABELS } },
  }).metadata
  return typeof set === 'object' && set !== null && 'uid' in set ? String(set.uid) : ''
}

function crashedPod(cluster: EmbeddedCluster, owner: string): void {
  const at = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  cluster.create('pods', {
    metadata: {
      name: 'shop--web-389233991-aed11',
      namespace: 'prod',
      labels: LABELS,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'shop--web-389233991',
          uid: owner,
          controller: true,
        },
      ],
    },
    spec: { containers: [{ name: 'app', image: 'shop:2' }], restartPolicy: 'Always', nodeName: 'node-1' },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          started: false,
          restartCount: 0,
          image: 'shop:2',
          imageID: '',
          state: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: at, finishedAt: at, containerID: 'c://1' },
          },
        },
      ],
    },
  })
}

t.test('a crash and a release arrive in the format of apps-watcher', async (t) => {
  const receiver = await new Receiver().start(t)
  const url = receiver.url.replace('http://', 'http://token-1@')
  const { cluster, log, get } = await serving(t, {
    settings: { notifyAllowLoopback: 'true' },
    notify: parseNotifySettings(url, undefined),
  })
  await until('it leads', () => log.some((line) => line.includes('sending notifications')))
  const owner = app(cluster)
  crashedPod(cluster, owner)
  await until('the crash arrives', () => receiver.received.length === 1)
  const [crash] = receiver.received
  t.equal(crash?.headers.authorization, 'token-1', 'the user of the URL is the Authorization header')
  t.match(crash?.headers['content-type'], 'application/json')
  t.match(crash?.body.crashed_at, /^\d{4}-\d\d-\d\dT/)
  t.strictSame(
    { ...crash?.body, crashed_at: '' },
    {
      app: { name: 'shop' },
      space: { name: 'prod' },
      dynos: [{ dyno: '389233991.aed11', type: 'web' }],
      key: 'shop-prod',
      action: 'crashed',
      description: 'App crashed',
      code: 'H10',
      restarts: 0,
      crashed_at: '',
    },
  )
  const counts = {
    replicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    updatedReplicas: 1,
    observedGeneration: 1,
  }
  const conditions = [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }]
  cluster.patch('deployments', 'prod', 'shop--web', { status: { ...counts, conditions } })
  await until('the release arrives', () => receiver.received.length === 2)
  t.strictSame(
    { ...receiver.received[1]?.body, released_at: '' },
    {
      app: { name: 'shop' },
      space: { name: 'prod' },
      dyno: { type: 'web' },
      release: { id: 'release-1' },
      key: 'shop-prod',
      action: 'released',
      slug: { image: 'shop:2' },
      released_at: '',
    },
  )
  t.notMatch(log.join(''), /token-1/, 'no secret in the log')
  t.equal((await get('/readyz')).status, 200)
})

t.test('another replica sends an unrecorded delivery again with the same ID', async (t) => {
  const receiver = await new Receiver().start(t)
  const notify = parseNotifySettings(receiver.url, undefined)
  const first = await serving(t, { settings: { notifyAllowLoopback: 'true' }, notify })
  await until('it leads', () => first.log.some((line) => line.includes('sending notifications')))
  // After the delivery nothing can be written, as if the process had been killed.
  receiver.answer((response) => {
    first.api.access.forbid('configmaps')
    response.end()
  })
  crashedPod(first.cluster, app(first.cluster))
  await until('sent', () => receiver.received.length === 1)
  await first.service.stop(0)
  first.api.access.allow('configmaps')
  const flags = { host: '127.0.0.1', port: '0', logLevel: 'silent', notifyAllowLoopback: 'true' }
  const second = await startService({
    config: loadConfig({ flags, env: {} }),
    cluster: parseAccess(first.api.kubeconfig()),
    notify,
  })
  t.teardown(() => second.stop(0))
  await until('sent again', () => receiver.received.length === 2)
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  t.equal(ids[0], ids[1])
})

t.test(
  'without access to the outbox or the Lease the service works and says that nothing is sent',
  async (t) => {
    for (const [resource, problem] of [
      ['configmaps', 'notifications are not sent: the outbox cannot be read or written (status 403)'],
      ['leases', 'notifications are not sent: the Lease cannot be read or written (status 403)'],
    ] as const) {
      const receiver = await new Receiver().start(t)
      const { api, cluster, service, log, get } = await serving(t, {
        settings: { notifyAllowLoopback: 'true' },
        notify: parseNotifySettings(receiver.url, undefined),
        forbidden: [resource],
      })
      const problems = async () => (await get('/readyz')).body.problems
      const untilNoProblem = async () => {
        while (JSON.stringify(await problems()) !== '[]') await sleep(20)
      }
      await until(`${resource}: tried`, () => log.some((line) => line.includes(': 403 ')))
      t.strictSame(await problems(), [problem])
      t.equal((await get('/readyz')).status, 200)
      crashedPod(cluster, app(cluster))
      api.access.allow(resource)
      await until('the event arrives', () => receiver.received.length === 1, 60)
      await untilNoProblem()
      await service.stop(0)
    }
  },
)

t.test('signatures have the time of the machine, also after its clock was wrong', async (t) => {
  const receiver = await new Receiver().start(t)
  const { cluster, log, get } = await serving(t, {
    settings: { notifyAllowLoopback: 'true' },
    notify: parseNotifySettings(receiver.url, undefined),
  })
  await until('it leads', () => log.some((line) => line.includes('sending notifications')))
  const right = Date.now
  t.teardown(() => {
    Date.now = right
  })
  Date.now = () => right() + 3_600_000
  // The clock of the service has seen it, and stays ahead for hours.
  await get('/readyz')
  Date.now = right
  crashedPod(cluster, app(cluster))
  await until('the event arrives', () => receiver.received.length === 1)
  const signedAt = Number(receiver.received[0]?.headers['webhook-timestamp'])
  t.ok(Math.abs(signedAt - Date.now() / 1000) < 300, 'which is what receivers tolerate')
})
