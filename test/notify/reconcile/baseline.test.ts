import t from 'tap'
import type { Deployment } from '../../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../../src/model/watch-state.ts'
import { KEYS } from '../../../src/notify/outbox/entries.ts'
import { recordBaseline } from '../../../src/notify/reconcile/baseline.ts'
import { BEGAN, pod } from '../crashing-pod.ts'
import { Looking } from '../looking.ts'

/** A Deployment whose rollout came to this, with so many pods ready of one. */
function deployment(
  name: string,
  reason: string,
  ready: number,
  revision = '1',
  namespace = 'prod',
): Deployment {
  return {
    ...{ namespace, name, uid: name, resourceVersion: `${revision}-${ready}`, owner: null, labels: {} },
    ...{ createdAt: BEGAN - 9000, deletedAt: null, generation: 1, observedGeneration: 1 },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ...{ paused: false, strategy: 'RollingUpdate', maxUnavailable: 0, maxSurge: 1, minReadySeconds: 0 },
    ...{ progressDeadlineSeconds: 600, selector: [], replicas: 1, currentReplicas: 1, updatedReplicas: 1 },
    ...{ readyReplicas: ready, availableReplicas: ready, unavailableReplicas: 1 - ready },
    conditions: [
      { type: 'Progressing', status: 'True', reason, message: '', since: BEGAN, updatedAt: BEGAN },
    ],
  }
}

const DONE = 'NewReplicaSetAvailable'
const UNDER_WAY = 'ReplicaSetUpdated'

function hear(looking: Looking, ...objects: readonly Deployment[]): void {
  for (const object of objects) looking.cache.apply('deployments', 'MODIFIED', object, BEGAN)
}

function told(looking: Looking, now: number): string[] {
  return looking.look(now).map(({ kind, workload, release }) => `${kind} ${workload.name} ${release}`)
}

t.test('what was released before is not told when its pods are back; what is under way is', async (t) => {
  const looking = new Looking()
  hear(looking, deployment('degraded', DONE, 0), deployment('under-way', UNDER_WAY, 0))
  await looking.begin(BEGAN)
  t.strictSame(told(looking, BEGAN + 1), [])
  hear(looking, deployment('degraded', DONE, 1), deployment('under-way', DONE, 1))
  await looking.begin(BEGAN + 2)
  t.strictSame(told(looking, BEGAN + 2), ['released under-way 1'])
})

t.test('a wider selection tells of what happens from then on', async (t) => {
  const looking = new Looking()
  looking.selection = { namespaces: ['prod'], selector: [] }
  hear(looking, deployment('seen', DONE, 1), deployment('unseen', DONE, 1, '1', 'other'))
  await looking.begin(BEGAN)
  // While nobody looks, both are released; so is one that is new, and a pod of the other namespace crashes and is well again.
  hear(
    looking,
    deployment('seen', DONE, 1, '2'),
    deployment('unseen', DONE, 1, '2', 'other'),
    deployment('new', DONE, 1),
  )
  const inOther = { ...pod(2, BEGAN + 10, BEGAN + 20), namespace: 'other' }
  looking.cache.apply('pods', 'ADDED', inOther, BEGAN + 5000)
  looking.selection = { namespaces: [], selector: [] }
  await looking.begin(BEGAN + 5000)
  t.strictSame(told(looking, BEGAN + 5000).toSorted(), ['released new 1', 'released seen 2'])
  hear(looking, deployment('unseen', DONE, 1, '3', 'other'))
  await looking.begin(BEGAN + 5001)
  t.strictSame(told(looking, BEGAN + 5001), ['released unseen 3'])
})

t.test('a kind that could not be read at first tells of what happens from then on', async (t) => {
  const looking = new Looking()
  looking.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'forbidden' })
  await looking.begin(BEGAN)
  hear(looking, deployment('old', DONE, 1))
  looking.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'working' })
  await looking.begin(BEGAN + 10)
  t.strictSame(told(looking, BEGAN + 10), [])
  hear(looking, deployment('old', DONE, 1, '2'))
  await looking.begin(BEGAN + 11)
  t.strictSame(told(looking, BEGAN + 11), ['released old 2'])
})

t.test('what may not be read for a while is not told anew after', async (t) => {
  const looking = new Looking()
  hear(looking, deployment('web', DONE, 1))
  await looking.begin(BEGAN)
  looking.handOver()
  looking.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'forbidden' })
  await looking.begin(BEGAN + 10)
  t.strictSame(told(looking, BEGAN + 10), [])
  hear(looking, deployment('web', DONE, 1))
  looking.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'working' })
  await looking.begin(BEGAN + 20)
  t.strictSame(told(looking, BEGAN + 20), [])
})

t.test('more namespaces to watch tell of what happens from then on', async (t) => {
  const looking = new Looking()
  looking.scope = ['prod']
  hear(looking, deployment('seen', DONE, 1))
  await looking.begin(BEGAN)
  looking.scope = []
  hear(looking, deployment('seen', DONE, 1, '2'), deployment('unseen', DONE, 1, '1', 'other'))
  await looking.begin(BEGAN + 10)
  t.strictSame(told(looking, BEGAN + 10), ['released seen 2'])
  hear(looking, deployment('unseen', DONE, 1, '2', 'other'))
  await looking.begin(BEGAN + 11)
  t.strictSame(told(looking, BEGAN + 11), ['released unseen 2'])
})

t.test('a replica whose view is older than the ledger does not tell of the release before', async (t) => {
  const looking = new Looking()
  const at = (generation: number) => ({
    ...deployment('web', DONE, 1, `${generation}`),
    generation,
    observedGeneration: generation,
  })
  await looking.begin(BEGAN)
  hear(looking, at(1))
  t.strictSame(told(looking, BEGAN + 1), ['released web 1'])
  hear(looking, at(2))
  t.strictSame(told(looking, BEGAN + 2), ['released web 2'])
  looking.handOver()
  hear(looking, at(1))
  t.strictSame(told(looking, BEGAN + 3), [])
  hear(looking, at(2))
  t.strictSame(told(looking, BEGAN + 4), [])
  hear(looking, at(3))
  t.strictSame(told(looking, BEGAN + 5), ['released web 3'])
})

t.test('who cannot write all that was there has not begun', async (t) => {
  const looking = new Looking()
  const { ledger: store, cache: view, selection, scope, policy } = looking
  hear(looking, deployment('web', DONE, 1))
  store.refuses = true
  const outlook = { store, view, selection, scope, now: BEGAN, policy }
  await t.rejects(recordBaseline(outlook), {
    message: 'the baseline of known crashes and releases cannot be stored yet',
  })
  t.equal(store.get(KEYS.baseline), undefined)
  store.refuses = false
  t.equal(await recordBaseline({ ...outlook, now: BEGAN + 5 }), BEGAN + 5)
  t.match(store.get(KEYS.baseline), { type: 'beginning', at: BEGAN + 5 })
})
