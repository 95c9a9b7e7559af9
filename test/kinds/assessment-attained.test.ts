// Revisions that want no pods any more: whether they ever worked, and what a Rollout has of the Deployment that it refers to.
import t from 'tap'
import { at, ownedBy, ToldCluster } from './told-cluster.ts'

/** Told one after the other, as [wanted, pods, available]. */
type Statuses = readonly (readonly [wanted: number, pods: number, available: number])[]

const CASES: readonly (readonly [title: string, statuses: Statuses, is: string])[] = [
  ['never wanted pods', [[0, 0, 0]], 'pass'],
  [
    'given up before a pod was made',
    [
      [1, 0, 0],
      [0, 0, 0],
    ],
    'pass',
  ],
  [
    'given up before any was available',
    [
      [1, 0, 0],
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
    'pending ScaledToZero',
  ],
  [
    'was available',
    [
      [2, 2, 0],
      [2, 2, 1],
      [0, 0, 0],
    ],
    'pass',
  ],
  [
    'was available, then not, then given up',
    [
      [1, 1, 1],
      [1, 1, 0],
      [0, 0, 0],
    ],
    'pass',
  ],
  [
    '0, then some that never came, then 0',
    [
      [0, 0, 0],
      [3, 3, 0],
      [0, 0, 0],
    ],
    'pending ScaledToZero',
  ],
  [
    '0, then some, then 0',
    [
      [0, 0, 0],
      [3, 3, 3],
      [0, 0, 0],
    ],
    'pass',
  ],
]

const REVISION = { annotations: { 'deployment.kubernetes.io/revision': '1' } }

for (const [title, statuses, is] of CASES)
  t.test(title, async (t) => {
    const world = new ToldCluster()
    for (const [index, [replicas, pods, availableReplicas]] of statuses.entries()) {
      const type = index === 0 ? 'ADDED' : 'MODIFIED'
      const status = {
        observedGeneration: 1,
        replicas: pods,
        readyReplicas: availableReplicas,
        availableReplicas,
      }
      const spec = { replicas }
      world.tell(
        index,
        'Deployment',
        'web',
        { metadata: REVISION, spec, status: { ...status, updatedReplicas: pods } },
        type,
      )
      const metadata = { ...REVISION, ...ownedBy('apps/v1', 'Deployment', 'web') }
      world.tell(index, 'ReplicaSet', 'web-1', { metadata, spec, status }, type)
      world.tell(index, 'ReplicaSet', 'alone', { spec, status }, type)
      const revisions = { currentRevision: 'web-1', updateRevision: 'web-1', updatedReplicas: pods }
      world.tell(index, 'StatefulSet', 'web', { spec, status: { ...status, ...revisions } }, type)
      const hashes = {
        currentPodHash: 'h',
        stableRS: 'h',
        observedGeneration: '1',
        phase: 'Healthy',
        updatedReplicas: pods,
      }
      world.tell(
        index,
        'Rollout',
        'web',
        { spec: { replicas, strategy: { canary: {} } }, status: { ...hashes, availableReplicas } },
        type,
      )
      const labels = { 'rollouts-pod-template-hash': 'h' }
      world.tell(
        index,
        'ReplicaSet',
        'web-h',
        { metadata: { labels, ...ownedBy('argoproj.io/v1alpha1', 'Rollout', 'web') }, spec, status },
        type,
      )
    }
    for (const [kind, name] of [
      ['deployment', 'web'],
      ['replicaset', 'alone'],
      ['statefulset', 'web'],
      ['rollout', 'web'],
    ] as const)
      t.equal(world.ask(10, kind, name).is, is, kind)
  })

t.test('a new revision of a StatefulSet must have worked itself', async (t) => {
  const world = new ToldCluster()
  const tell = (seconds: number, replicas: number, status: object) =>
    world.tell(
      seconds,
      'StatefulSet',
      'web',
      { spec: { replicas }, status: { observedGeneration: 1, ...status } },
      seconds === 0 ? 'ADDED' : 'MODIFIED',
    )
  tell(0, 2, {
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 2,
    currentRevision: 'a',
    updateRevision: 'a',
  })
  tell(1, 2, {
    replicas: 2,
    updatedReplicas: 1,
    availableReplicas: 1,
    currentRevision: 'a',
    updateRevision: 'b',
  })
  tell(2, 0, { currentRevision: 'b', updateRevision: 'b' })
  t.equal(world.ask(3, 'statefulset', 'web').is, 'pending ScaledToZero')
})

t.test('a Rollout that refers to a Deployment', async (t) => {
  const rollout = (observed: string, kind = 'Deployment', annotations: object = {}) => ({
    metadata: { annotations },
    spec: {
      replicas: 0,
      workloadRef: { apiVersion: 'apps/v1', kind, name: 'ref' },
      strategy: { canary: {} },
    },
    status: {
      observedGeneration: '1',
      workloadObservedGeneration: observed,
      phase: 'Healthy',
      currentPodHash: 'h',
      stableRS: 'h',
    },
  })
  const CASES: readonly (readonly [
    title: string,
    observed: string,
    generation: number | null,
    is: string,
  ])[] = [
    ['taken over', '5', 5, 'pass'],
    ['not taken over', '4', 5, 'pending WorkloadNotObserved'],
    ['made anew', '5', 1, 'pending WorkloadNotObserved'],
    ['an old controller', '', 5, 'pass'],
    ['missing', '5', null, 'pending WorkloadNotFound'],
  ]
  for (const [title, observed, generation, is] of CASES) {
    const world = new ToldCluster()
    world.tell(0, 'Rollout', 'web', rollout(observed))
    if (generation !== null)
      world.tell(0, 'Deployment', 'ref', {
        metadata: { generation },
        spec: { replicas: 0 },
        status: { observedGeneration: generation },
      })
    t.equal(world.ask(60, 'rollout', 'web').is, is, title)
    if (generation === null) continue
    world.tell(
      61,
      'Deployment',
      'ref',
      { metadata: { generation: Number(observed) || 5 }, spec: { replicas: 0 } },
      'MODIFIED',
    )
    t.equal(world.ask(62, 'rollout', 'web').is, 'pass', `${title}, then taken over`)
  }
  const world = new ToldCluster()
  world.tell(
    0,
    'Rollout',
    'web',
    rollout('4', 'PodTemplate', { 'rollout.argoproj.io/workload-generation': '5' }),
  )
  t.match(
    world.ask(60, 'rollout', 'web'),
    { is: 'pending', rules: ['generation'] },
    'only the annotation tells',
  )
})

t.test('what was not seen, the conditions of a Deployment show', async (t) => {
  const CASES: readonly (readonly [
    title: string,
    generation: number,
    available: number,
    complete: number,
    is: string,
  ])[] = [
    ['available and complete since it was scaled', 2, 100, 101, 'pending ScaledToZero'],
    ['available before it was scaled', 2, 50, 101, 'pass'],
    ['complete before it was scaled', 2, 60, 60, 'pass'],
    ['its ReplicaSet never had another size', 1, 100, 101, 'pass'],
  ]
  for (const [title, generation, available, complete, is] of CASES) {
    const world = new ToldCluster()
    const condition = (type: string, reason: string, seconds: number) => {
      return { type, status: 'True', reason, lastUpdateTime: at(seconds), lastTransitionTime: at(seconds) }
    }
    const conditions = [
      condition('Available', 'MinimumReplicasAvailable', available),
      condition('Progressing', 'NewReplicaSetAvailable', complete),
    ]
    const managedFields = [{ manager: 'kubectl', operation: 'Update', subresource: 'scale', time: at(100) }]
    world.tell(200, 'Deployment', 'web', {
      metadata: { ...REVISION, managedFields },
      spec: { replicas: 0 },
      status: { observedGeneration: 1, conditions },
    })
    const metadata = { ...REVISION, ...ownedBy('apps/v1', 'Deployment', 'web'), generation }
    world.tell(200, 'ReplicaSet', 'web-1', {
      metadata,
      spec: { replicas: 0 },
      status: { observedGeneration: generation },
    })
    t.equal(world.ask(200, 'deployment', 'web').is, is, title)
  }
})
