import t from 'tap'
import { parseNotifySettings } from '../../src/notify/settings.ts'
import { until } from '../cluster/watch/watching.ts'
import { replicaSet, serving } from '../http/serving.ts'
import { Receiver } from '../notify/receiver.ts'

function crash(cluster: Parameters<typeof replicaSet>[0], owner: string, name: string): void {
  const at = new Date().toISOString()
  const terminated = {
    exitCode: 1,
    reason: 'Error',
    startedAt: at,
    finishedAt: at,
    containerID: `c://${name}`,
  }
  const status = { name: 'app', ready: false, restartCount: 0, image: 'app:1', imageID: '' }
  cluster.create('pods', {
    metadata: {
      namespace: 'shop',
      name,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: owner, controller: true },
      ],
    },
    spec: { containers: [{ name: 'app', image: 'app:1' }], restartPolicy: 'Always' },
    status: { phase: 'Running', containerStatuses: [{ ...status, state: { terminated } }] },
  })
}

t.test('the metrics have the attempts and the waiting deliveries', async (t) => {
  const receiver = await new Receiver().start(t)
  const { cluster, service, log } = await serving(t, {
    settings: { notifyAllowLoopback: 'true' },
    notify: parseNotifySettings(undefined, { targets: [{ name: 'one', url: receiver.url }] }),
  })
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text()
  await until('it leads', () => log.some((line) => line.includes('sending notifications')))
  t.match(await metrics(), /^lynceus_notification_queue_length 0$/m)
  t.match(await metrics(), /^lynceus_notification_oldest_timestamp_seconds 0$/m)
  const owner = replicaSet(cluster, '1', 2)
  crash(cluster, owner, 'web-1-a')
  await until('the first arrives', () => receiver.received.length === 1)
  receiver.answer(503)
  crash(cluster, owner, 'web-1-b')
  await until('refused', () => receiver.received.length === 2)
  let text = ''
  for (const end = Date.now() + 20_000; Date.now() < end && !text.includes('outcome="retry"'); )
    text = await metrics()
  t.match(text, /^lynceus_notifications_total\{kind="crashed",outcome="delivered"\} 1$/m)
  t.match(text, /^lynceus_notifications_total\{kind="crashed",outcome="retry"\} 1$/m)
  t.match(text, /^lynceus_notification_queue_length 1$/m)
  t.match(text, /^lynceus_notification_oldest_timestamp_seconds 1\.?\d{9,}/m)
})
