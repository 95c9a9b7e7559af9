// The table of rollout-status: each state of a container or pod, and what it comes to.
import t from 'tap'
import type { Assessment } from '../../../src/kinds/assessment.ts'
import * as kinds from '../../../src/kinds/deployment.ts'
import { judgeJob as judgeTask } from '../../../src/kinds/job.ts'
import type { Condition } from '../../../src/model/meta.ts'
import type { ContainerStatus, Pod } from '../../../src/model/pod.ts'
import type { Deployment, Job, ReplicaSet } from '../../../src/model/records.ts'
import type { Context } from '../../../src/rules/context.ts'
import { DEFAULT_SCOPE } from '../../../src/rules/context.ts'
import { DEFAULT_LIMITS, rolloutStatusPolicy } from '../../../src/rules/policies/rollout-status.ts'

const NOW = 1_000_000
const META = {
  namespace: 'n',
  resourceVersion: '1',
  createdAt: NOW - 3600,
  deletedAt: null,
  labels: {},
  owner: null,
  generation: 1,
  annotations: {},
}

type Status = Pick<ContainerStatus, 'state' | 'restarts' | 'last'>

/** A container that waits; after an end when it was restarted. */
function waiting(reason: string, restarts = 0, message = 'text', endReason = 'Error'): Status {
  const down = reason === 'CrashLoopBackOff' || reason === 'RunContainerError'
  return {
    state: { type: 'waiting', reason, message },
    restarts,
    last: down ? ended(endReason) : null,
  }
}

function terminated(reason: string, restarts = 0, exitCode = reason === 'OOMKilled' ? 137 : 1): Status {
  return {
    state: ended(reason, exitCode),
    restarts,
    last: restarts > 0 ? ended(reason, exitCode) : null,
  }
}

function running(restarts = 0, secondsAgo = 600): Status {
  return {
    state: { type: 'running', startedAt: NOW - secondsAgo },
    restarts,
    last: restarts > 0 ? ended('Error') : null,
  }
}

function ended(reason: string, exitCode = 1) {
  const times = { startedAt: NOW - 90, finishedAt: NOW - 60 }
  return { type: 'terminated', id: 'x', exitCode, signal: 0, reason, message: '', ...times } as const
}

interface PodShape {
  readonly containers?: readonly Status[]
  readonly inits?: readonly Status[]
  readonly conditions?: readonly Condition[]
  readonly phase?: string
}

function pod({ containers = [], inits = [], conditions = [], phase = 'Running' }: PodShape, index = 0): Pod {
  const statuses = (kind: string, all: readonly Status[]): ContainerStatus[] =>
    all.map((one, at) => {
      const isUp = one.state.type === 'running'
      return { ...one, name: `${kind}${at}`, ready: isUp, started: isUp }
    })
  const spec = (kind: string, all: readonly Status[]) =>
    all.map((_, at) => ({
      name: `${kind}${at}`,
      restartPolicy: '',
      restartRules: [],
      readinessProbe: true,
      startupProbe: false,
    }))
  const ready = containers.length > 0 && containers.every(({ state }) => state.type === 'running')
  return {
    ...META,
    name: `p${index}`,
    uid: `p${index}`,
    node: 'a',
    phase,
    reason: '',
    message: '',
    ready,
    readySince: NOW - 600,
    conditions,
    spec: {
      restartPolicy: 'Always',
      containers: spec('app', containers),
      initContainers: spec('init', inits),
    },
    containers: statuses('app', containers),
    initContainers: statuses('init', inits),
  }
}

function context(change: Partial<Context> = {}, limits = {}): Context {
  const policy = rolloutStatusPolicy({ ...DEFAULT_LIMITS, ...limits })
  return {
    policy,
    now: NOW,
    scope: { ...DEFAULT_SCOPE, quorum: { pods: 1 }, progressDeadline: Number.POSITIVE_INFINITY },
    owner: 'controller',
    ...change,
  }
}

function condition(type: string, status: string, reason: string, since = NOW): Condition {
  return { type, status, reason, message: 'words', since, updatedAt: since }
}

function judgeDeployment(
  pods: readonly Pod[],
  asked: Context,
  conditions: readonly Condition[] = [],
): Assessment {
  const ready = pods.filter((one) => one.ready).length
  const counts = {
    replicas: pods.length,
    observedGeneration: 1,
    minReadySeconds: 0,
    selector: [],
    currentReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
  }
  const deployment: Deployment = {
    ...META,
    ...counts,
    changedAt: 0,
    name: 'web',
    uid: 'web',
    paused: false,
    strategy: 'RollingUpdate',
    maxUnavailable: '25%',
    maxSurge: '25%',
    progressDeadlineSeconds: 600,
    updatedReplicas: pods.length,
    conditions,
  }
  const replicaSet: ReplicaSet = { ...META, ...counts, name: 'web-1', uid: 'web-1', conditions }
  const facts = pods.map((one) => ({ pod: one, history: undefined, events: [] }))
  return kinds.judgeDeployment({ deployment, replicaSet, pods: facts }, asked)
}

function judgeJob(pods: readonly Pod[], asked: Context): Assessment {
  const job: Job = {
    ...META,
    name: 'job',
    uid: 'job',
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    backoffLimitPerIndex: null,
    suspended: false,
    completedAt: 0,
    succeeded: 0,
    failed: 0,
    conditions: [],
  }
  const facts = pods.map((one) => ({ pod: one, history: undefined, events: [] }))
  return judgeTask({ job, pods: facts }, asked)
}

const CRASHING = 'process-crashing'
const INVALID = 'invalid-config'
const RESOURCES = 'resource-limits-exceeded'

/** State of the only container; what it comes to in a Deployment, and in a Job that still runs. */
const TABLE: readonly (readonly [string, Status, 'pending' | 'pass' | string, string])[] = [
  ['ContainerCreating', waiting('ContainerCreating'), 'pending', 'pending'],
  ['PodInitializing', waiting('PodInitializing'), 'pending', 'pending'],
  ['first crash, in back-off', waiting('CrashLoopBackOff', 0), 'pending', 'pending'],
  ['as many restarts as the limit', waiting('CrashLoopBackOff', 6), 'pending', 'pending'],
  ['one restart more', waiting('CrashLoopBackOff', 7), CRASHING, 'pending'],
  ['after exits with 0', waiting('CrashLoopBackOff', 7, 'm', 'Completed'), CRASHING, 'pending'],
  ['RunContainerError', waiting('RunContainerError', 6), 'pending', 'pending'],
  ['RunContainerError too often', waiting('RunContainerError', 7), CRASHING, 'pending'],
  ['ended with Error', terminated('Error', 6), 'pending', 'pending'],
  ['ended with Error too often', terminated('Error', 7), CRASHING, 'pending'],
  ['OOMKilled', terminated('OOMKilled'), RESOURCES, 'pending'],
  // Mended: back-off hides what the container ended with.
  ['OOMKilled, in back-off', waiting('CrashLoopBackOff', 1, 'm', 'OOMKilled'), RESOURCES, 'pending'],
  ['ErrImagePull', waiting('ErrImagePull'), INVALID, INVALID],
  ['ErrImagePull for now', waiting('ErrImagePull', 0, 'i/o timeout'), INVALID, INVALID],
  ['ErrImagePull, not found', waiting('ErrImagePull', 0, 'x: not found'), INVALID, INVALID],
  ['ErrImagePull, refused', waiting('ErrImagePull', 0, '403 Forbidden'), INVALID, INVALID],
  ['ImagePullBackOff', waiting('ImagePullBackOff'), INVALID, INVALID],
  ['no config', waiting('CreateContainerConfigError', 0, 'configmap "x" not found'), INVALID, INVALID],
  ['no secret', waiting('CreateContainerConfigError', 0, 'secret "x" not found'), INVALID, INVALID],
  ['runs', running(), 'pass', 'pending'],
  ['runs after many restarts, for long', running(20), 'pass', 'pending'],
  // Mended: the original took what it did not know for fine.
  ['InvalidImageName', waiting('InvalidImageName'), INVALID, INVALID],
  ['ErrImageNeverPull', waiting('ErrImageNeverPull'), INVALID, INVALID],
  ['CreateContainerError for long', waiting('CreateContainerError'), INVALID, INVALID],
]

t.test('states of containers', async (t) => {
  for (const [name, status, inDeployment, inJob] of TABLE) {
    for (const place of ['containers', 'inits'] as const) {
      const isEnd = place === 'inits' && (status.state.type === 'running' || name === 'after exits with 0')
      if (isEnd) continue
      const one = pod(
        place === 'inits'
          ? { inits: [status], containers: [waiting('PodInitializing')] }
          : { containers: [status] },
      )
      t.equal(shown(judgeDeployment([one], context())), inDeployment, `${name}, ${place} of a Deployment`)
      t.equal(shown(judgeJob([one], context())), inJob, `${name}, ${place} of a Job`)
    }
  }
})

/** The code of a failure, else the verdict. */
function shown({ verdict, code }: Assessment): string {
  return verdict === 'fail' ? (code ?? '') : verdict
}

t.test('the limit of restarts', async (t) => {
  const cases = [
    [0, 0, 'pending'],
    [0, 1, CRASHING],
    [2, 2, 'pending'],
    [2, 3, CRASHING],
    [null, 1000, 'pending'],
  ] as const
  for (const [retries, restarts, expected] of cases)
    for (const status of [waiting('CrashLoopBackOff', restarts), terminated('Error', restarts)])
      t.equal(
        shown(judgeDeployment([pod({ containers: [status] })], context({}, { retries }))),
        expected,
        `${restarts} restarts of ${retries}`,
      )
})

t.test('a container that runs again never fails, but is not up at once', async (t) => {
  const fresh = judgeDeployment([pod({ containers: [running(9, 2)] })], context())
  t.equal(shown(fresh), 'pending')
})

t.test('one pod of many is enough', async (t) => {
  const healthy = [1, 2, 3, 4, 5, 6, 7].map((index) => pod({ containers: [running()] }, index))
  const bad = pod({ containers: [waiting('ImagePullBackOff')] }, 8)
  t.equal(shown(judgeDeployment([...healthy, bad], context())), INVALID)
  const crashing = pod({ containers: [waiting('CrashLoopBackOff', 7)] }, 8)
  t.equal(shown(judgeDeployment([...healthy, crashing], context())), CRASHING)
})

t.test('a Secret that is waited for', async (t) => {
  const message = 'secret "x" not found'
  const one = pod({ containers: [waiting('CreateContainerConfigError', 0, message)] })
  const { scope } = context()
  const asked = context({ scope: { ...scope, ignoreSecretNotFound: true } })
  t.equal(shown(judgeJob([one], asked)), 'pending')
  const other = pod({ containers: [waiting('CreateContainerConfigError', 0, 'configmap "x" not found')] })
  t.equal(shown(judgeJob([other], asked)), INVALID)
})

t.test('pods that find no node', async (t) => {
  const pending = (age: number, reason = 'Unschedulable') =>
    pod({ phase: 'Pending', conditions: [condition('PodScheduled', 'False', reason, NOW - age)] })
  t.equal(shown(judgeDeployment([pending(179)], context())), 'pending')
  t.equal(shown(judgeDeployment([pending(180)], context())), 'scheduling')
  t.equal(shown(judgeDeployment([pending(180, 'SchedulingGated')], context())), 'scheduling')
  t.equal(shown(judgeDeployment([pending(5)], context({}, { pendingSeconds: 5 }))), 'scheduling')
  t.equal(shown(judgeDeployment([pending(9999)], context({}, { pendingSeconds: null }))), 'pending')
  // Mended: a pod that has a node and is slow is not unschedulable.
  const slow = pod({ phase: 'Pending', containers: [waiting('ContainerCreating')] })
  t.equal(shown(judgeDeployment([slow], context())), 'pending')
})

t.test('what the controller says', async (t) => {
  const creating = [pod({ containers: [waiting('ContainerCreating')] })]
  const failure = condition('ReplicaFailure', 'True', 'FailedCreate')
  t.equal(shown(judgeDeployment(creating, context(), [failure])), RESOURCES)
  const stuck = condition('Progressing', 'False', 'ProgressDeadlineExceeded')
  t.equal(shown(judgeDeployment(creating, context(), [stuck])), 'not-progressing')
  t.equal(shown(judgeDeployment(creating, context())), 'pending', 'time alone says nothing')
})
