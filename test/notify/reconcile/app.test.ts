import t from 'tap'
import { ClusterCache } from '../../../src/cache/cluster-cache.ts'
import type { ReplicaSet } from '../../../src/model/records.ts'
import { resolvePodApp } from '../../../src/notify/reconcile/app.ts'
import { pod, STARTED_AT } from '../crashing-pod.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'deployment' }

function replicaSet(owner: ReplicaSet['owner']): ReplicaSet {
  return {
    ...{ namespace: 'prod', name: 'web-1', uid: 'set', resourceVersion: '1', owner, labels: {} },
    ...{ annotations: {}, createdAt: STARTED_AT, deletedAt: null, generation: 1, observedGeneration: 1 },
    ...{ selector: [], replicas: 1, currentReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
    ...{ minReadySeconds: 0, conditions: [] },
  }
}

t.test('the workload of a pod is its outermost owner, by kind and name alone', async (t) => {
  const cases = [
    ['a Deployment', replicaSet(DEPLOYMENT), { kind: 'Deployment', name: 'web' }],
    ['a ReplicaSet without an owner', replicaSet(null), { kind: 'ReplicaSet', name: 'web-1' }],
    ['a deleted ReplicaSet', null, { kind: 'Deployment', name: 'web' }],
  ] as const
  for (const [name, set, workload] of cases) {
    const cache = new ClusterCache()
    if (set !== null) cache.apply('replicasets', 'ADDED', set, STARTED_AT)
    t.strictSame(resolvePodApp(pod(1, STARTED_AT, null), cache).workload, workload, name)
  }
})
