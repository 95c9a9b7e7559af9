import t from 'tap'
import { replicaSet, serving } from '../serving.ts'

t.test('policy=rollout-status judges by its own table', async (t) => {
  const { cluster, get } = await serving(t)
  const uid = replicaSet(cluster, 'aaa', 1)
  const waiting = { reason: 'ErrImagePull', message: 'dial tcp: i/o timeout' }
  cluster.create('pods', {
    metadata: {
      name: 'web-aaa-1',
      namespace: 'shop',
      labels: { app: 'web', 'rollouts-pod-template-hash': 'aaa' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-aaa', uid, controller: true },
      ],
    },
    spec: { containers: [{ name: 'app', image: 'app:1' }], nodeName: 'node-1', restartPolicy: 'Always' },
    status: {
      phase: 'Pending',
      containerStatuses: [
        { name: 'app', ready: false, restartCount: 0, image: 'app:1', imageID: '', state: { waiting } },
      ],
    },
  })
  for (const route of ['/analyze', '/analyze/rollout']) {
    const question = `${route}?namespace=shop&hash=aaa`
    t.match(await get(question), { status: 200, body: { verdict: 'pending' } }, 'a registry may come back')
    const strict = await get(`${question}&policy=rollout-status`)
    t.match(strict, { status: 200, body: { verdict: 'fail', code: 'invalid-config' } }, route)
  }
  t.match(await get('/analyze?namespace=shop&hash=aaa&policy=other'), { status: 400 })
})
