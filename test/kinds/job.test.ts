// Jobs that fail name how their pods ended, and what a task may take.
import t from 'tap'
import { about, at, ownedBy, ToldCluster } from './told-cluster.ts'

const LIMIT = 'Job has reached the specified backoff limit'
const TOO_LONG = 'Job was active longer than specified deadline'

function job(reason: string, message: string, failed: number) {
  const condition = (type: string, seconds: number) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: at(seconds),
  })
  return {
    spec: { parallelism: 1, completions: 3, backoffLimit: 1 },
    status: { failed, conditions: [condition('FailureTarget', 100), condition('Failed', 103)] },
  }
}

const OWNED = ownedBy('batch/v1', 'Job', 'task')
const spec = { restartPolicy: 'Never', containers: [{ name: 'main' }] }

function ended(seconds: number, exitCode: number, reason = 'Error') {
  const terminated = {
    exitCode,
    reason,
    startedAt: at(1),
    finishedAt: at(seconds),
    containerID: `c://${seconds}`,
  }
  return { name: 'main', ready: false, restartCount: 0, state: { terminated } }
}
const running = { name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: at(5) } } }
const pulling = {
  name: 'main',
  ready: false,
  restartCount: 0,
  state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "r/app:9": not found' } },
}

interface PodShape {
  readonly name: string
  readonly status: object
  readonly deletedAt?: number
  /** It is gone. */
  readonly gone?: boolean
}

const CASES: readonly (readonly [
  title: string,
  reason: string,
  pods: readonly PodShape[],
  message: RegExp,
])[] = [
  [
    'the last of those that failed',
    'BackoffLimitExceeded',
    [
      { name: 'task-a', status: { phase: 'Failed', containerStatuses: [ended(40, 3)] } },
      { name: 'task-b', status: { phase: 'Failed', containerStatuses: [ended(95, 4)] } },
    ],
    /^Container main of pod task-b exited with code 4 at .* the last of 2 pods that failed; Job task failed at/,
  ],
  [
    'killed at its memory limit',
    'FailedIndexes',
    [{ name: 'task-a', status: { phase: 'Failed', containerStatuses: [ended(95, 137, 'OOMKilled')] } }],
    /^Container main of pod task-a exited with code 137 \(killed at its memory limit\)/,
  ],
  [
    'ended by its node',
    'BackoffLimitExceeded',
    [
      {
        name: 'task-a',
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory.',
          containerStatuses: [ended(95, 137)],
        },
      },
    ],
    /^Pod task-a .*The node was low on resource: memory/,
  ],
  [
    'pods that are gone',
    'BackoffLimitExceeded',
    [{ name: 'task-a', status: { phase: 'Failed', containerStatuses: [ended(95, 5)] }, gone: true }],
    /^Container main of pod task-a exited with code 5/,
  ],
  [
    'it waited for an image and is being deleted',
    'DeadlineExceeded',
    [{ name: 'task-a', deletedAt: 130, status: { phase: 'Pending', containerStatuses: [pulling] } }],
    /^Container main of pod task-a cannot pull/,
  ],
  [
    'it still ran',
    'DeadlineExceeded',
    [{ name: 'task-a', deletedAt: 130, status: { phase: 'Running', containerStatuses: [running] } }],
    /^Container main of pod task-a still ran when the Job failed .*; Job task failed at .*longer than specified/,
  ],
  [
    'it was ended because the Job failed',
    'DeadlineExceeded',
    [{ name: 'task-a', deletedAt: 130, status: { phase: 'Failed', containerStatuses: [ended(101, 143)] } }],
    /^Container main of pod task-a still ran/,
  ],
  ['nothing is known of its pods', 'DeadlineExceeded', [], /^Job task failed at .*longer than specified/],
]

for (const [title, reason, pods, message] of CASES)
  t.test(title, async (t) => {
    const world = new ToldCluster()
    for (const { name, status, deletedAt, gone } of pods) {
      const metadata = { ...OWNED, ...(deletedAt === undefined ? {} : { deletionTimestamp: at(deletedAt) }) }
      world.tell(100, 'Pod', name, { metadata, spec, status })
      if (gone === true) world.tell(102, 'Pod', name, { metadata, spec, status }, 'DELETED')
    }
    world.tell(103, 'Job', 'task', job(reason, reason === 'DeadlineExceeded' ? TOO_LONG : LIMIT, pods.length))
    const code = reason === 'DeadlineExceeded' ? 'not-progressing' : 'process-crashing'
    t.match(world.ask(104, 'job', 'task'), { is: `fail ${code} ${reason}`, message })
  })

t.test('of pods that are gone and never ran only events tell', async (t) => {
  const world = new ToldCluster()
  world.tell(103, 'Job', 'task', job('DeadlineExceeded', TOO_LONG, 1))
  const event = (name: string, pod: string, reason: string, last: number) =>
    world.tell(103, 'Event', name, about('Pod', pod, reason, `${reason} said so`, { first: 5, last }))
  event('a', 'task-a', 'FailedScheduling', 90)
  event('b', 'task-a', 'MissingClusterDNS', 95)
  event('c', 'other-a', 'BackOff', 99)
  t.match(world.ask(104, 'job', 'task'), {
    message: /^Pod task-a last reported FailedScheduling at .*; Job task failed/,
  })
  const healed = new ToldCluster()
  healed.tell(503, 'Job', 'task', { ...job('DeadlineExceeded', TOO_LONG, 1) })
  t.match(healed.ask(504, 'job', 'task'), { message: /^Job task failed/ })
})

t.test('a task runs as long as it runs; what does not start has a deadline', async (t) => {
  const world = new ToldCluster()
  const ready = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(5) }] }
  const always = { ...spec, restartPolicy: 'Always' }
  const unready = { ...running, ready: false }
  const replicated = ownedBy('apps/v1', 'ReplicaSet', 'web')
  world.tell(5, 'Pod', 'runs', { spec, status: { phase: 'Running', ...ready, containerStatuses: [running] } })
  world.tell(5, 'Pod', 'server', { spec: always, status: { phase: 'Running', containerStatuses: [unready] } })
  world.tell(5, 'Pod', 'owned', {
    metadata: replicated,
    spec: always,
    status: { phase: 'Running', containerStatuses: [unready] },
  })
  world.tell(5, 'Pod', 'stuck', {
    spec,
    status: {
      phase: 'Pending',
      containerStatuses: [{ ...pulling, state: { waiting: { reason: 'ContainerCreating' } } }],
    },
  })
  t.match(world.ask(50_000, 'pod', 'runs').is, /^pending/)
  t.match(world.ask(50_000, 'pod', 'server').is, /^pending/)
  t.match(world.ask(50_000, 'pod', 'owned').is, /^fail not-progressing/)
  t.match(world.ask(50_000, 'pod', 'stuck').is, /^fail not-progressing/)
})
