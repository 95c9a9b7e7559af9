// A pod that hangs in Terminating is named where the rollout waits for it, whatever its owner is; it decides nothing by itself.
import t from 'tap'
import { at, ownedBy, ToldCluster } from './told-cluster.ts'

const SPEC = { restartPolicy: 'Always', nodeName: 'node-2', containers: [{ name: 'main' }] }

/** A pod of an old revision that should have been gone after 60 s. */
function tellOld(world: ToldCluster, owner: object, labels: object = {}): void {
  const metadata = { ...owner, labels, deletionTimestamp: at(60) }
  const containerStatuses = [{ name: 'main', ready: true, state: { running: { startedAt: at(1) } } }]
  world.tell(30, 'Pod', 'old-1', { metadata, spec: SPEC, status: { phase: 'Running', containerStatuses } })
}

const set = (
  kind: string,
  apiVersion: string,
  replicas: number,
  annotations: object,
  labels: object = {},
) => ({
  metadata: { ...ownedBy(apiVersion, kind, 'web'), annotations, labels },
  spec: { replicas },
  status: { observedGeneration: 1, replicas },
})
const revision = (name: string, number: number) => ({
  metadata: { ...ownedBy('apps/v1', name, 'web'), labels: { 'controller-revision-hash': `web-${number}` } },
  revision: number,
})

const CASES = {
  deployment: (world: ToldCluster) => {
    const annotation = (number: string) => ({ 'deployment.kubernetes.io/revision': number })
    world.tell(0, 'Deployment', 'web', {
      metadata: { annotations: annotation('2') },
      spec: { replicas: 1, strategy: { type: 'Recreate' }, progressDeadlineSeconds: 300 },
      status: { observedGeneration: 1 },
    })
    world.tell(0, 'ReplicaSet', 'web-1', set('Deployment', 'apps/v1', 0, annotation('1')))
    world.tell(0, 'ReplicaSet', 'web-2', set('Deployment', 'apps/v1', 0, annotation('2')))
    tellOld(world, ownedBy('apps/v1', 'ReplicaSet', 'web-1'))
  },
  rollout: (world: ToldCluster) => {
    const api = 'argoproj.io/v1alpha1'
    world.tell(0, 'Rollout', 'web', {
      spec: { replicas: 1, strategy: { blueGreen: {} }, progressDeadlineSeconds: 300 },
      status: { observedGeneration: '1', phase: 'Progressing', currentPodHash: 'new', stableRS: 'old' },
    })
    world.tell(0, 'ReplicaSet', 'web-1', set('Rollout', api, 0, {}, { 'rollouts-pod-template-hash': 'old' }))
    world.tell(0, 'ReplicaSet', 'web-2', set('Rollout', api, 0, {}, { 'rollouts-pod-template-hash': 'new' }))
    tellOld(world, ownedBy('apps/v1', 'ReplicaSet', 'web-1'))
  },
  statefulset: (world: ToldCluster) => {
    const revisions = { currentRevision: 'web-1', updateRevision: 'web-2' }
    world.tell(0, 'StatefulSet', 'web', {
      spec: { replicas: 1 },
      status: { observedGeneration: 1, replicas: 1, ...revisions },
    })
    world.tell(0, 'ControllerRevision', 'web-2', revision('StatefulSet', 2))
    tellOld(world, ownedBy('apps/v1', 'StatefulSet', 'web'), { 'controller-revision-hash': 'web-1' })
  },
  job: (world: ToldCluster) => {
    world.tell(0, 'Job', 'web', { spec: { parallelism: 1, completions: 1 }, status: {} })
    tellOld(world, ownedBy('batch/v1', 'Job', 'web'))
  },
} as const

for (const kind of ['deployment', 'rollout', 'statefulset', 'job'] as const)
  t.test(kind, async (t) => {
    const world = new ToldCluster()
    CASES[kind](world)
    const before = world.ask(89, kind, 'web')
    t.match(before.is, /^pending/)
    t.notMatch(before.message, /old-1/, 'it is a moment late')
    t.equal(before.recheckAt, 90)
    const hanging = world.ask(90, kind, 'web')
    t.match(hanging, {
      is: 'pending Terminating',
      message: /^Pod old-1 hangs in Terminating on node node-2: it should have been gone at 12:01:00 UTC; /,
    })
    if (kind === 'job') return
    const late = world.ask(1000, kind, 'web')
    t.match(late, {
      is: 'fail not-progressing ProgressDeadlineExceeded',
      message: /^Pod old-1 hangs in Terminating .* made no progress/,
    })
  })
