// What an Argo Rollout's own status comes to: it passes only when all of it is new, available, switched over and stable.
import t from 'tap'
import { judgeRollout } from '../../src/kinds/rollout.ts'
import type { ReplicaSet, Rollout } from '../../src/model/records.ts'
import { CONTEXT, condition, factsOf, NOW } from '../rules/facts.ts'

const META = {
  namespace: 'shop',
  resourceVersion: '1',
  createdAt: NOW - 600,
  deletedAt: null,
  labels: {},
  owner: null,
  annotations: {},
  generation: 3,
}

const DONE: Rollout = {
  ...META,
  name: 'web',
  uid: 'web',
  replicas: 1,
  paused: false,
  strategy: 'canary',
  minReadySeconds: 0,
  progressDeadlineSeconds: 600,
  workloadRef: null,
  observedGeneration: '3',
  workloadObservedGeneration: '',
  phase: 'Healthy',
  message: '',
  aborted: false,
  controllerPause: false,
  pauseConditions: [],
  currentPodHash: 'new',
  stableHash: 'new',
  activeHash: '',
  updatedReplicas: 1,
  availableReplicas: 1,
  conditions: [condition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' })],
}

const SET: ReplicaSet = {
  ...META,
  name: 'web-new',
  uid: 'web-new',
  replicas: 1,
  minReadySeconds: 0,
  observedGeneration: 3,
  currentReplicas: 1,
  availableReplicas: 1,
  conditions: [],
}

const BLUE_GREEN: Partial<Rollout> = { strategy: 'blueGreen', activeHash: 'new' }
const OF_DEPLOYMENT: Partial<Rollout> = {
  workloadRef: { kind: 'Deployment', name: 'web' },
  annotations: { 'rollout.argoproj.io/workload-generation': '7' },
}
const progressing = (reason: string) => ({ conditions: [condition('Progressing', 'False', { reason })] })

const CASES: readonly (readonly [
  title: string,
  rollout: Partial<Rollout>,
  verdict: string,
  reason: string | null,
])[] = [
  ['done', {}, 'pass', null],
  ['done, by a controller that writes no phase', { phase: '' }, 'pass', null],
  ['the generation is not observed', { observedGeneration: '2' }, 'pending', null],
  ['no generation is observed', { observedGeneration: '' }, 'pending', null],
  ['a later generation is observed', { observedGeneration: '4' }, 'pass', null],
  ['old controllers write a hash', { observedGeneration: '5d4f' }, 'pass', null],
  [
    'the generation of its Deployment is not observed',
    { ...OF_DEPLOYMENT, workloadObservedGeneration: '6' },
    'pending',
    null,
  ],
  [
    'the generation of its Deployment is observed',
    { ...OF_DEPLOYMENT, workloadObservedGeneration: '7' },
    'pass',
    null,
  ],
  ['its Deployment has none', { ...OF_DEPLOYMENT, annotations: {} }, 'pass', null],
  ['not all is new', { updatedReplicas: 0 }, 'pending', null],
  ['not all that is new is available', { availableReplicas: 0 }, 'pending', null],
  ['the new version is not the stable one', { stableHash: 'old' }, 'pending', null],
  ['switched over', BLUE_GREEN, 'pass', null],
  ['not switched over', { ...BLUE_GREEN, activeHash: 'old' }, 'pending', null],
  ['it progresses', { phase: 'Progressing' }, 'pending', null],
  ['paused by a person', { paused: true }, 'pending', 'RolloutPaused'],
  [
    'paused by a step',
    { pauseConditions: [{ reason: 'CanaryPauseStep', startedAt: NOW - 5 }] },
    'pending',
    'CanaryPauseStep',
  ],
  ['about to go on', { controllerPause: true }, 'pending', null],
  ['aborted', { aborted: true }, 'fail', 'RolloutAborted'],
  ['aborted, by its condition', progressing('RolloutAborted'), 'fail', 'RolloutAborted'],
  ['degraded', { phase: 'Degraded', conditions: [] }, 'fail', 'Degraded'],
  ['too late', progressing('ProgressDeadlineExceeded'), 'fail', 'ProgressDeadlineExceeded'],
  [
    'invalid',
    { conditions: [condition('InvalidSpec', 'True', { reason: 'InvalidSpec' })] },
    'fail',
    'InvalidSpec',
  ],
  ['no more invalid', { conditions: [condition('InvalidSpec', 'False')] }, 'pass', null],
]

for (const [title, rollout, verdict, reason] of CASES)
  t.test(title, async (t) => {
    const objects = { rollout: { ...DONE, ...rollout }, replicaSet: SET, pods: [factsOf()] }
    t.match(judgeRollout(objects, CONTEXT), { verdict, reason, target: 'rollout/web' })
  })

t.test('a ReplicaSet that may not make its pods fails the Rollout', async (t) => {
  const message = 'pods "web" is forbidden: exceeded quota: pods'
  const conditions = [condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message })]
  const rollout = { ...DONE, updatedReplicas: 0, availableReplicas: 0, phase: 'Progressing' }
  const judged = judgeRollout({ rollout, replicaSet: { ...SET, conditions }, pods: [] }, CONTEXT)
  t.match(
    judged.findings.map(({ rule }) => rule),
    ['quota-exceeded'],
  )
})
