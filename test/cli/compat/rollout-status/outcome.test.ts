// What rollout-status prints and how it exits, state by state.
import t from 'tap'
import type { JsonObject } from '../../../../testing/fake-apiserver/index.ts'
import {
  endedWith,
  type PodShape,
  podIn,
  RUNNING,
  SOME_TIME,
  timestamp,
  unschedulable,
  World,
  waitingFor,
} from './world.ts'

function failure(code: string, message: string | RegExp) {
  return { success: false, error: { code, message, type: 'rollout' } }
}

const LONG_AGO = new Date(Date.now() - 3_600_000)
const ERROR = 'Container "app" is in "Error"'
const BACK_OFF = 'back-off 5m0s restarting failed container'

/** Pods of a Deployment; what is said of it. */
const DEPLOYMENTS: readonly (readonly [string, readonly PodShape[], object, (readonly string[])?])[] = [
  ['healthy', [RUNNING, RUNNING], { success: true }],
  [
    'crash loop',
    [RUNNING, waitingFor('CrashLoopBackOff', BACK_OFF, 7)],
    failure('process-crashing', `Container "app" is in "CrashLoopBackOff": ${BACK_OFF}`),
  ],
  [
    'crash loop beyond a limit of one',
    [waitingFor('CrashLoopBackOff', BACK_OFF, 2)],
    failure('process-crashing', `Container "app" is in "CrashLoopBackOff": ${BACK_OFF}`),
    ['-retry-limit', '1'],
  ],
  ['ended', [endedWith('Error', 7)], failure('process-crashing', ERROR)],
  [
    'cannot run',
    [waitingFor('RunContainerError', 'no such file', 7)],
    failure('process-crashing', 'Container "app" is in "RunContainerError": no such file'),
  ],
  [
    'no image',
    [waitingFor('ErrImagePull', 'not there')],
    failure('invalid-config', 'Container "app" is in "ErrImagePull": not there'),
  ],
  [
    'no image, in back-off',
    [waitingFor('ImagePullBackOff', 'Back-off pulling image "x"')],
    failure('invalid-config', 'Container "app" is in "ImagePullBackOff": Back-off pulling image "x"'),
  ],
  [
    'no secret, which only Jobs wait for',
    [waitingFor('CreateContainerConfigError', 'secret "s" not found')],
    failure('invalid-config', 'Container "app" is in "CreateContainerConfigError": secret "s" not found'),
    ['-ignore-secret-not-found'],
  ],
  [
    'bad image name (mended)',
    [waitingFor('InvalidImageName', 'bad')],
    failure('invalid-config', 'Container "app" is in "InvalidImageName": bad'),
  ],
  [
    'out of memory',
    [endedWith('OOMKilled')],
    failure('resource-limits-exceeded', 'Container "app" is in "OOMKilled"'),
  ],
  [
    'unschedulable',
    [unschedulable(LONG_AGO, '0/1 nodes are available')],
    failure('scheduling', 'Failed to schedule pod: 0/1 nodes are available'),
    ['-pending-deadline=0'],
  ],
]

t.test('Deployments', async (t) => {
  for (const [name, pods, expected, flags = []] of DEPLOYMENTS)
    await t.test(name, async (t) => {
      const world = await World.start(t)
      world.deployment('web', pods)
      const { code, output } = await world.run('-selector', 'app=web', ...flags)
      t.same(output, expected)
      t.equal(code, 'success' in expected && expected.success === true ? 0 : 1)
    })
})

t.test('what the controller says of a Deployment', async (t) => {
  const quota = 'pods "web-1-x" is forbidden: exceeded quota'
  const failed = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: quota }
  const stuck = (reason: string) => ({
    status: { conditions: [{ type: 'Progressing', status: 'False', reason, message: 'has timed out' }] },
  })
  const starting = [waitingFor('ContainerCreating')]
  const notProgressing = failure('not-progressing', 'Deployment "web" is not progressing: has timed out')
  const cases: readonly (readonly [JsonObject, object])[] = [
    [
      { replicaSetStatus: { conditions: [failed] } },
      failure('resource-limits-exceeded', `ReplicaSet "web-1" failed to create pods: ${quota}`),
    ],
    [stuck('ReplicaSetCreateError'), notProgressing],
  ]
  for (const [change, expected] of cases) {
    const world = await World.start(t)
    world.deployment('web', starting, change)
    t.same((await world.run('-selector=app=web')).output, expected)
  }
  const world = await World.start(t)
  const at = new Date(Date.now() + 5000).toISOString()
  const late = { ...stuck('ProgressDeadlineExceeded').status.conditions[0], lastUpdateTime: at }
  world.deployment('web', starting, { status: { conditions: [late] } })
  t.same((await world.run('-selector=app=web')).output, notProgressing)
})

t.test('StatefulSets', async (t) => {
  const world = await World.start(t)
  world.statefulSet('db', [RUNNING, RUNNING])
  t.same((await world.run('-selector', 'app=db')).output, { success: true })
  world.statefulSet('bad', [waitingFor('CrashLoopBackOff', BACK_OFF, 7)])
  t.match((await world.run('-selector', 'app=bad')).output, { error: { code: 'process-crashing' } })
  world.statefulSet('odd', [RUNNING], { spec: { updateStrategy: { type: 'OnDelete' } } })
  t.same(
    (await world.run('-selector', 'app=odd')).output,
    failure('not-supported-strategy', 'rollout status is only available for RollingUpdate strategy type'),
  )
})

t.test('an update of a StatefulSet that a broken pod of the old revision blocks has a minute', async (t) => {
  const waits = { message: /^Timed out/ }
  const fails = { message: /old revision and blocks the update.*delete the pod/ }
  const cases: readonly (readonly [name: string, fixedAt: Date, expected: object, refused?: string])[] = [
    ['fixed now', new Date(), waits],
    ['fixed long ago', LONG_AGO, fails],
    ['fixed nobody may say when', new Date(), fails, 'controllerrevisions'],
  ]
  for (const [name, fixedAt, error, refused] of cases) {
    const world = await World.start(t)
    if (refused !== undefined) world.api.access.forbid(refused)
    world.statefulSet('db', [waitingFor('CrashLoopBackOff', BACK_OFF, 7)], {
      metadata: { creationTimestamp: timestamp(LONG_AGO) },
      status: { updatedReplicas: 0, updateRevision: 'db-2' },
    })
    world.revision('db', 1, LONG_AGO)
    world.revision('db', 2, fixedAt)
    const { output } = await world.run('-selector=app=db', '-timeout=500ms')
    t.match(output, { error: { code: 'not-progressing', ...error } }, name)
  }
})

t.test('Jobs', async (t) => {
  const world = await World.start(t)
  const condition = (type: string, reason: string, message: string) => ({
    conditions: [{ type, status: 'True', reason, message, lastTransitionTime: SOME_TIME }],
  })
  const limit = 'Job has reached the specified backoff limit'
  world.job('done', [], { ...condition('Complete', '', ''), succeeded: 1 })
  t.same((await world.run('-selector=app=done')).output, { success: true })
  world.job('failed', [endedWith('Error')], condition('Failed', 'BackoffLimitExceeded', limit))
  t.same((await world.run('-selector=app=failed')).output, failure('process-crashing', ERROR))
  world.job('killed', [endedWith('OOMKilled')], condition('Failed', 'BackoffLimitExceeded', limit))
  t.same(
    (await world.run('-selector=app=killed')).output,
    failure('resource-limits-exceeded', 'Container "app" is in "OOMKilled"'),
  )
  world.job('gone', [], condition('Failed', 'BackoffLimitExceeded', limit))
  t.same(
    (await world.run('-selector=app=gone')).output,
    failure('process-crashing', `Job "gone" has failed: ${limit}`),
  )
  world.job('slow', [], condition('Failed', 'DeadlineExceeded', 'Job was active longer than its deadline'))
  t.same(
    (await world.run('-selector=app=slow')).output,
    failure('not-progressing', 'Job "slow" has failed: Job was active longer than its deadline'),
  )
})

t.test('a Job with retries left goes on', async (t) => {
  const world = await World.start(t)
  world.job('job', [endedWith('Error'), waitingFor('CrashLoopBackOff', BACK_OFF, 9)], {
    failed: 1,
    active: 1,
  })
  const running = world.run('-selector=app=job')
  await world.watching()
  const status = { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }
  world.cluster.patch('jobs', 'shop', 'job', { status }, 'status')
  t.same((await running).output, { success: true })
})

t.test('a Job waits for a Secret when it is told to', async (t) => {
  const world = await World.start(t)
  const message = 'secret "s" not found'
  world.job('job', [waitingFor('CreateContainerConfigError', message)], { active: 1 })
  const refused = failure('invalid-config', `Container "app" is in "CreateContainerConfigError": ${message}`)
  t.same((await world.run('-selector=app=job')).output, refused)
  const waited = await world.run('-selector=app=job', '-ignore-secret-not-found', '-timeout', '300ms')
  t.match(waited.output, { error: { code: 'not-progressing', type: 'rollout' } })
})

t.test('names of containers are those of the failed one', async (t) => {
  const world = await World.start(t)
  const init = { name: 'setup', image: 'i', imageID: '', ready: false, started: false, restartCount: 0 }
  const pod = podIn({ waiting: { reason: 'PodInitializing' } }, {}, 'Pending')
  const state = { waiting: { reason: 'ImagePullBackOff', message: 'no' } }
  world.deployment('web', [{ status: { ...pod.status, initContainerStatuses: [{ ...init, state }] } }])
  t.same(
    (await world.run('-selector=app=web')).output,
    failure('invalid-config', 'Container "setup" is in "ImagePullBackOff": no'),
  )
})
