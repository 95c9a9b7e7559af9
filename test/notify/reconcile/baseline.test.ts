import t from 'tap'
import type { Deployment } from '../../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../../src/model/watch-state.ts'
import { KEYS } from '../../../src/notify/outbox/entries.ts'
import { recordBaseline } from '../../../src/notify/reconcile/baseline.ts'
import { pod, STARTED_AT } from '../crashing-pod.ts'
import { ReconcilingReplica } from '../reconciling-replica.ts'

/** A Deployment of one pod with this reason of its condition Progressing and `ready` ready pods. */
function deployment(
  name: string,
  reason: string,
  ready: number,
  revision = '1',
  namespace = 'prod',
): Deployment {
  return {
    ...{ namespace, name, uid: name, resourceVersion: `${revision}-${ready}`, owner: null, labels: {} },
    ...{ createdAt: STARTED_AT - 9000, changedAt: 0, deletedAt: null, generation: 1, observedGeneration: 1 },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ...{ paused: false, strategy: 'RollingUpdate', maxUnavailable: 0, maxSurge: 1, minReadySeconds: 0 },
    ...{ progressDeadlineSeconds: 600, selector: [], replicas: 1, currentReplicas: 1, updatedReplicas: 1 },
    ...{ readyReplicas: ready, availableReplicas: ready, unavailableReplicas: 1 - ready },
    conditions: [
      { type: 'Progressing', status: 'True', reason, message: '', since: STARTED_AT, updatedAt: STARTED_AT },
    ],
  }
}

const DONE = 'NewReplicaSetAvailable'
const UNDER_WAY = 'ReplicaSetUpdated'

function apply(replica: ReconcilingReplica, ...objects: readonly Deployment[]): void {
  for (const object of objects) replica.cache.apply('deployments', 'MODIFIED', object, STARTED_AT)
}

function summarize(replica: ReconcilingReplica, now: number): string[] {
  return replica.reconcile(now).map(({ kind, workload, release }) => `${kind} ${workload.name} ${release}`)
}

t.test('an earlier release is not reported when its pods are ready again; one in progress is', async (t) => {
  const replica = new ReconcilingReplica()
  apply(replica, deployment('degraded', DONE, 0), deployment('under-way', UNDER_WAY, 0))
  await replica.recordBaseline(STARTED_AT)
  t.strictSame(summarize(replica, STARTED_AT + 1), [])
  apply(replica, deployment('degraded', DONE, 1), deployment('under-way', DONE, 1))
  await replica.recordBaseline(STARTED_AT + 2)
  t.strictSame(summarize(replica, STARTED_AT + 2), ['released under-way 1'])
})

t.test('a wider selection reports later events only', async (t) => {
  const replica = new ReconcilingReplica()
  replica.selection = { namespaces: ['prod'], selector: [] }
  apply(replica, deployment('seen', DONE, 1), deployment('unseen', DONE, 1, '1', 'other'))
  await replica.recordBaseline(STARTED_AT)
  // While no replica runs, both have a release, another Deployment is created, and a pod in the other namespace crashes and recovers.
  apply(
    replica,
    deployment('seen', DONE, 1, '2'),
    deployment('unseen', DONE, 1, '2', 'other'),
    deployment('new', DONE, 1),
  )
  const inOther = { ...pod(2, STARTED_AT + 10, STARTED_AT + 20), namespace: 'other' }
  replica.cache.apply('pods', 'ADDED', inOther, STARTED_AT + 5000)
  replica.selection = { namespaces: [], selector: [] }
  await replica.recordBaseline(STARTED_AT + 5000)
  t.strictSame(summarize(replica, STARTED_AT + 5000).toSorted(), ['released new 1', 'released seen 2'])
  apply(replica, deployment('unseen', DONE, 1, '3', 'other'))
  await replica.recordBaseline(STARTED_AT + 5001)
  t.strictSame(summarize(replica, STARTED_AT + 5001), ['released unseen 3'])
})

t.test('a kind that could not be read at first is reported from then on', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'forbidden' })
  await replica.recordBaseline(STARTED_AT)
  apply(replica, deployment('old', DONE, 1))
  replica.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'working' })
  await replica.recordBaseline(STARTED_AT + 10)
  t.strictSame(summarize(replica, STARTED_AT + 10), [])
  apply(replica, deployment('old', DONE, 1, '2'))
  await replica.recordBaseline(STARTED_AT + 11)
  t.strictSame(summarize(replica, STARTED_AT + 11), ['released old 2'])
})

t.test('a kind that cannot be read for a while is not reported again', async (t) => {
  const replica = new ReconcilingReplica()
  apply(replica, deployment('web', DONE, 1))
  await replica.recordBaseline(STARTED_AT)
  replica.handOver()
  replica.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'forbidden' })
  await replica.recordBaseline(STARTED_AT + 10)
  t.strictSame(summarize(replica, STARTED_AT + 10), [])
  apply(replica, deployment('web', DONE, 1))
  replica.cache.watchStates.set('deployments', ALL_NAMESPACES, { type: 'working' })
  await replica.recordBaseline(STARTED_AT + 20)
  t.strictSame(summarize(replica, STARTED_AT + 20), [])
})

t.test('more watched namespaces are reported from then on', async (t) => {
  const replica = new ReconcilingReplica()
  replica.scope = ['prod']
  apply(replica, deployment('seen', DONE, 1))
  await replica.recordBaseline(STARTED_AT)
  replica.scope = []
  apply(replica, deployment('seen', DONE, 1, '2'), deployment('unseen', DONE, 1, '1', 'other'))
  await replica.recordBaseline(STARTED_AT + 10)
  t.strictSame(summarize(replica, STARTED_AT + 10), ['released seen 2'])
  apply(replica, deployment('unseen', DONE, 1, '2', 'other'))
  await replica.recordBaseline(STARTED_AT + 11)
  t.strictSame(summarize(replica, STARTED_AT + 11), ['released unseen 2'])
})

t.test('a replica with a cache older than the outbox does not report an earlier release', async (t) => {
  const replica = new ReconcilingReplica()
  const at = (generation: number) => ({
    ...deployment('web', DONE, 1, `${generation}`),
    generation,
    observedGeneration: generation,
  })
  await replica.recordBaseline(STARTED_AT)
  apply(replica, at(1))
  t.strictSame(summarize(replica, STARTED_AT + 1), ['released web 1'])
  apply(replica, at(2))
  t.strictSame(summarize(replica, STARTED_AT + 2), ['released web 2'])
  replica.handOver()
  apply(replica, at(1))
  t.strictSame(summarize(replica, STARTED_AT + 3), [])
  apply(replica, at(2))
  t.strictSame(summarize(replica, STARTED_AT + 4), [])
  apply(replica, at(3))
  t.strictSame(summarize(replica, STARTED_AT + 5), ['released web 3'])
})

t.test('there is no baseline until all known releases are written', async (t) => {
  const replica = new ReconcilingReplica()
  const { outbox: store, cache: view, selection, scope, policy } = replica
  apply(replica, deployment('web', DONE, 1))
  store.rejectsWrites = true
  const input = { store, view, selection, scope, now: STARTED_AT, policy }
  await t.rejects(recordBaseline(input), {
    message: 'the baseline of known crashes and releases cannot be stored yet',
  })
  t.equal(store.get(KEYS.baseline), undefined)
  store.rejectsWrites = false
  t.equal(await recordBaseline({ ...input, now: STARTED_AT + 5 }), STARTED_AT + 5)
  t.match(store.get(KEYS.baseline), { type: 'beginning', at: STARTED_AT + 5 })
})
