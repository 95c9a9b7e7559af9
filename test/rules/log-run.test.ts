import t from 'tap'
import type { ContainerStatus, Terminated } from '../../src/model/pod.ts'
import { findNewestFailure, findRun } from '../../src/rules/log-run.ts'
import { podOf, running } from './facts.ts'

const end = (finishedAt: number, rest: Partial<Terminated> = {}): Terminated => ({
  ...{ type: 'terminated', id: 'abc', exitCode: 1, reason: 'Error', message: '' },
  ...{ startedAt: finishedAt - 5, finishedAt },
  ...rest,
})
const WAITING = { type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const
const status = (rest: Partial<ContainerStatus>) => running('app', { ready: false, restarts: 3, ...rest })

const RUNS: readonly (readonly [
  name: string,
  status: ContainerStatus,
  wanted: 'log' | 'last-log',
  run: object | null,
])[] = [
  [
    'it waits for its next start',
    status({ state: WAITING, last: end(9) }),
    'last-log',
    { previous: true, restarts: 3, hasEnded: true },
  ],
  ['it runs again', status({ last: end(9) }), 'last-log', { previous: true, hasEnded: true }],
  [
    'it has just ended',
    status({ state: end(9), last: end(5) }),
    'last-log',
    { previous: false, hasEnded: true },
  ],
  ['it ended once for all', status({ state: end(9) }), 'last-log', { previous: false, hasEnded: true }],
  ['it runs for the first time', status({}), 'last-log', { previous: false, hasEnded: false }],
  ['it runs and is not ready', status({ last: end(9) }), 'log', { previous: false, hasEnded: false }],
  [
    'it waits, so only the run before has a log',
    status({ state: WAITING, last: end(9) }),
    'log',
    { previous: true },
  ],
  ['it never started', status({ state: WAITING }), 'last-log', null],
  ['its start was refused: no container, no log', status({ state: end(9, { id: '' }) }), 'last-log', null],
  [
    'its start was refused by the runtime',
    status({ state: WAITING, last: end(9, { reason: 'StartError', exitCode: 128 }) }),
    'last-log',
    null,
  ],
]

t.test('which run of a container left the log', async (t) => {
  for (const [name, one, wanted, run] of RUNS) {
    const found = findRun(podOf({ containers: [one] }), 'app', wanted)
    if (run === null) t.equal(found, null, name)
    else t.match(found, { pod: podOf().name, container: 'app', ...run }, name)
  }
  t.equal(findRun(podOf(), 'nobody', 'log'), null)
})

t.test('where no container is named, the one that it is about', async (t) => {
  const pod = podOf({ containers: [running('good', { ready: true }), running('slow', { ready: false })] })
  t.match(findRun(pod, null, 'log'), { container: 'slow' })
  const failed = podOf({
    uid: 'late',
    containers: [running('good'), running('old', { last: end(5) }), running('new', { last: end(9) })],
  })
  t.match(findRun(failed, null, 'last-log'), { container: 'new', previous: true })
  const done = podOf({
    containers: [running('done', { state: end(20, { exitCode: 0, reason: 'Completed' }) })],
  })
  t.match(findNewestFailure([done, failed, pod]), { podUid: 'late', container: 'new' })
  t.equal(findNewestFailure([done]), null)
  t.equal(findRun(done, null, 'last-log'), null)
})

t.test('of a container that waits for an init container, the log of that one', async (t) => {
  const waiting = { type: 'waiting', reason: 'PodInitializing', message: '' } as const
  const pod = podOf({
    containers: [running('app', { ready: false, state: waiting })],
    initContainers: [running('migrate', { ready: false })],
  })
  t.match(findRun(pod, 'app', 'log'), { container: 'migrate', previous: false, hasEnded: false })
  t.equal(findRun(pod, 'app', 'last-log'), null, 'its own end is asked for, and it has none')
})
