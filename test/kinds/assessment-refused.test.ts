// What the API server refuses to controllers of each kind: who refuses, when it fails, and that nothing of it passes.
import t from 'tap'
import { about, at, ownedBy, ToldCluster } from './told-cluster.ts'

const QUOTA = (what: string) =>
  `is forbidden: exceeded quota: team, requested: ${what}=1, used: ${what}=3, limited: ${what}=3`
const DENIED = 'admission webhook "w.example.com" denied the request: no'
const DOWN =
  'Internal error occurred: failed calling webhook "w": failed to call webhook: Post "https://w": dial tcp 10.0.0.9:443: connect: connection refused'

function progressing(status: string, reason: string, message = '', since = 0) {
  const times = { lastUpdateTime: at(since), lastTransitionTime: at(since) }
  return { type: 'Progressing', status, reason, message, ...times }
}

/** A Deployment `web` of one pod at generation 2, of which the controller has noted the first. */
function deployment(conditions: readonly object[], metadata: object = {}, status: object = {}) {
  return {
    metadata: { generation: 2, annotations: { 'deployment.kubernetes.io/revision': '1' }, ...metadata },
    spec: { replicas: 1, progressDeadlineSeconds: 600 },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      conditions,
      ...status,
    },
  }
}

const SET_REFUSED: readonly (readonly [message: string, seconds: number, is: string])[] = [
  [QUOTA('count/replicasets.apps'), 29, 'pending resource-limits-exceeded ReplicaSetCreateError'],
  [QUOTA('count/replicasets.apps'), 30, 'fail resource-limits-exceeded ReplicaSetCreateError'],
  [DENIED, 30, 'fail invalid-config ReplicaSetCreateError'],
  [DOWN, 299, 'pending invalid-config ReplicaSetCreateError'],
  [DOWN, 300, 'fail invalid-config ReplicaSetCreateError'],
]

t.test('a refused ReplicaSet of a Deployment, whose controller never notes the generation', async (t) => {
  for (const [cause, seconds, is] of SET_REFUSED) {
    const world = new ToldCluster()
    const message = `Failed to create new replica set "web-2": replicasets.apps "web-2" ${cause}`
    world.tell(0, 'Deployment', 'web', deployment([progressing('False', 'ReplicaSetCreateError', message)]))
    t.match(
      world.ask(seconds, 'deployment', 'web'),
      { is, rules: [String, 'generation'] },
      `${cause} ${seconds}`,
    )
  }
})

t.test('without a progress deadline only events tell of a refused ReplicaSet', async (t) => {
  const world = new ToldCluster()
  const endless = { spec: { replicas: 1, progressDeadlineSeconds: 2_147_483_647 } }
  world.tell(0, 'Deployment', 'web', { ...deployment([]), ...endless })
  const message = `Failed to create new replica set "web-2": replicasets.apps "web-2" ${QUOTA('count/replicasets.apps')}`
  world.tell(
    160,
    'Event',
    'e',
    about('Deployment', 'web', 'ReplicaSetCreateError', message, { first: 1, last: 160 }),
  )
  t.match(world.ask(30, 'deployment', 'web'), {
    is: 'pending resource-limits-exceeded ReplicaSetCreateError',
  })
  const late = world.ask(10_000, 'deployment', 'web')
  t.match(late, {
    is: 'fail resource-limits-exceeded ReplicaSetCreateError',
    message: /exceeded quota: team/,
  })
  world.tell(
    10_001,
    'Deployment',
    'web',
    { ...deployment([], {}, { observedGeneration: 2 }), ...endless },
    'MODIFIED',
  )
  t.match(world.ask(10_001, 'deployment', 'web').is, /^pending/, 'its controller could go on')
})

t.test('a spec that was changed a moment ago gets its own time', async (t) => {
  const world = new ToldCluster()
  const refused = progressing('False', 'ReplicaSetCreateError', `x ${QUOTA('count/replicasets.apps')}`)
  const managedFields = [
    { manager: 'kubectl', operation: 'Apply', time: at(100) },
    { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', time: at(120) },
  ]
  world.tell(100, 'Deployment', 'web', deployment([refused], { generation: 3, managedFields }))
  t.match(world.ask(129, 'deployment', 'web'), {
    is: 'pending resource-limits-exceeded ReplicaSetCreateError',
    recheckAt: 130,
  })
  t.match(world.ask(130, 'deployment', 'web'), { is: 'fail resource-limits-exceeded ReplicaSetCreateError' })
})

const HEALTHY_ROLLOUT = {
  spec: { replicas: 1, strategy: { canary: {} } },
  metadata: { generation: 2 },
}
const ROLLOUT_STATUS = {
  observedGeneration: '2',
  phase: 'Healthy',
  currentPodHash: 'old',
  stableRS: 'old',
  updatedReplicas: 1,
  availableReplicas: 1,
}

t.test('a refused ReplicaSet of a Rollout, which is Healthy all the same', async (t) => {
  for (const [cause, seconds, is] of SET_REFUSED) {
    const world = new ToldCluster()
    const conditions = [
      progressing('False', 'ReplicaSetCreateError', `Failed to create new replica set "web-2": ${cause}`),
    ]
    world.tell(0, 'Rollout', 'web', { ...HEALTHY_ROLLOUT, status: { ...ROLLOUT_STATUS, conditions } })
    t.match(world.ask(seconds, 'rollout', 'web'), { is }, `${cause} ${seconds}`)
  }
})

t.test('an old ReplicaSet that may not delete its pods', async (t) => {
  const failure = (reason: string) => ({
    type: 'ReplicaFailure',
    status: 'True',
    reason,
    message: DENIED,
    lastTransitionTime: at(0),
  })
  const set = (revision: string, replicas: number, status: object) => ({
    metadata: {
      ...ownedBy('apps/v1', 'Deployment', 'web'),
      annotations: { 'deployment.kubernetes.io/revision': revision },
    },
    spec: { replicas },
    status: { observedGeneration: 1, replicas, ...status },
  })
  const world = new ToldCluster()
  const waits = deployment(
    [],
    { generation: 1, annotations: { 'deployment.kubernetes.io/revision': '2' } },
    { replicas: 2 },
  )
  world.tell(0, 'Deployment', 'web', waits)
  world.tell(0, 'ReplicaSet', 'web-2', set('2', 1, { availableReplicas: 1 }))
  world.tell(0, 'ReplicaSet', 'web-1', set('1', 0, { replicas: 1, conditions: [failure('FailedDelete')] }))
  t.match(world.ask(29, 'deployment', 'web'), { is: 'pending not-progressing FailedDelete' })
  t.match(world.ask(30, 'deployment', 'web'), {
    is: 'fail not-progressing FailedDelete',
    message: /delete its old pods.*denied/,
  })
  world.tell(
    31,
    'ReplicaSet',
    'web-1',
    set('1', 0, { replicas: 1, conditions: [failure('FailedCreate')] }),
    'MODIFIED',
  )
  t.match(world.ask(31, 'deployment', 'web'), { is: 'pending' }, 'old pods need not be created')
})

t.test('kinds without such conditions tell by events', async (t) => {
  const stateful = {
    spec: { replicas: 1 },
    status: { observedGeneration: 1, currentRevision: 'web-1', updateRevision: 'web-1' },
  }
  const daemon = { spec: {}, status: { observedGeneration: 1, desiredNumberScheduled: 1 } }
  const task = { spec: { parallelism: 1, completions: 1 }, status: {} }
  const CASES = [
    [
      'StatefulSet',
      'statefulset',
      stateful,
      `create Pod web-0 in StatefulSet web failed error: pods "web-0" ${QUOTA('pods')}`,
    ],
    [
      'StatefulSet',
      'statefulset',
      stateful,
      `create Claim data-web-0 Pod web-0 in StatefulSet web failed error: persistentvolumeclaims "data-web-0" ${QUOTA('requests.storage')}`,
    ],
    ['DaemonSet', 'daemonset', daemon, `Error creating: pods "web-x" ${QUOTA('pods')}`],
    ['Job', 'job', task, `Error creating: pods "web-x" ${QUOTA('pods')}`],
    [
      'CronJob',
      'cronjob',
      { spec: {}, status: {} },
      `Error creating job: jobs.batch "web-1" ${QUOTA('count/jobs.batch')}`,
    ],
  ] as const
  for (const [apiKind, kind, object, message] of CASES) {
    const world = new ToldCluster()
    world.tell(0, apiKind, 'web', object)
    world.tell(20, 'Event', 'e', about(apiKind, 'web', 'FailedCreate', message, { first: 1, last: 20 }))
    t.match(world.ask(30, kind, 'web'), { is: 'pending resource-limits-exceeded FailedCreate' }, message)
    const late = world.ask(31, kind, 'web')
    t.match(
      late,
      { is: 'fail resource-limits-exceeded FailedCreate', message: /exceeded quota: team/ },
      message,
    )
  }
})

t.test('a quota that is freed by a pod which ends is waited for', async (t) => {
  const world = new ToldCluster()
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: `pods "web-1-a" ${QUOTA('pods')}`,
  }
  const owned = {
    ...ownedBy('apps/v1', 'Deployment', 'web'),
    annotations: { 'deployment.kubernetes.io/revision': '1' },
  }
  world.tell(0, 'Deployment', 'web', deployment([], { generation: 1 }, { replicas: 0, updatedReplicas: 0 }))
  world.tell(0, 'ReplicaSet', 'web-1', {
    metadata: owned,
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 0, conditions: [{ ...failure, lastTransitionTime: at(10) }] },
  })
  const old = { metadata: { deletionTimestamp: at(90) }, spec: {}, status: { phase: 'Running' } }
  world.tell(10, 'Pod', 'other-1', old)
  const refused = (last: number) =>
    about('ReplicaSet', 'web-1', 'FailedCreate', failure.message, { first: 10, last })
  world.tell(70, 'Event', 'e', refused(70))
  t.match(world.ask(89, 'deployment', 'web'), { is: /^pending/, message: /pod other-1 is ending/ })
  world.tell(92, 'Pod', 'other-1', old, 'DELETED')
  t.match(world.ask(130, 'deployment', 'web'), { is: /^pending/ }, 'the next attempt is due at about 130')
  world.tell(131, 'Event', 'e', refused(131), 'MODIFIED')
  t.match(
    world.ask(131, 'deployment', 'web'),
    { is: /^fail resource-limits-exceeded/ },
    'it was free, and refuses again',
  )
})
