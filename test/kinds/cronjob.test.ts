import t from 'tap'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { BUILT_IN_RESOURCES } from '../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { parseSelector } from '../../src/question/parse-selector.ts'
import { plainQuestion, type Target } from '../../src/question/question.ts'

const NOW = Date.parse('2026-01-05T12:00:00Z') / 1000
const STALE_AFTER = 30
const TIMES = { first: '2026-01-05T10:00:00Z', second: '2026-01-05T11:00:00Z' }

interface JobShape {
  readonly name: string
  readonly at: string
  /** How it ended; null: it runs. */
  readonly ended: 'Complete' | 'Failed' | null
}

interface Shape {
  readonly suspend?: boolean
  readonly lastSuccessfulTime?: string
  readonly lastScheduleTime?: string
  /** Jobs that its controller counts as running. */
  readonly active?: number
  readonly jobs?: readonly JobShape[]
  /** CronJobs may not be read. */
  readonly refused?: boolean
}

const GENERATION = 7

function metadata(name: string, extra: object = {}) {
  return {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: '1',
    generation: GENERATION,
    creationTimestamp: TIMES.first,
    labels: { app: 'shop' },
    ...extra,
  }
}

const OWNER = [
  { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'uid-nightly', controller: true },
]

function jobObject({ name, at, ended }: JobShape) {
  const condition = {
    type: ended,
    status: 'True',
    reason: ended === 'Failed' ? 'BackoffLimitExceeded' : 'CompletionsReached',
    message: 'Job has reached the specified backoff limit',
    lastTransitionTime: at,
  }
  const done = ended === 'Complete' ? { succeeded: 1, completionTime: at } : { failed: 1 }
  return {
    metadata: metadata(name, { creationTimestamp: at, ownerReferences: OWNER }),
    spec: { parallelism: 1, completions: 1, backoffLimit: 0 },
    status: ended === null ? { active: 1 } : { conditions: [condition], startTime: at, ...done },
  }
}

function clusterWith({
  suspend = false,
  lastSuccessfulTime,
  lastScheduleTime,
  active = 0,
  jobs = [],
  refused = false,
}: Shape): ClusterCache {
  const cache = new ClusterCache()
  const { objects } = new Decoder()
  for (const resource of BUILT_IN_RESOURCES)
    cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
  if (refused) cache.setWatchState('cronjobs', ALL_NAMESPACES, { type: 'forbidden' })
  else {
    const times = {
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
    }
    const status = { ...times, active: Array.from({ length: active }, (_, i) => ({ uid: `active-${i}` })) }
    const cronJob = { metadata: metadata('nightly'), spec: { suspend, schedule: '0 * * * *' }, status }
    cache.apply('cronjobs', 'ADDED', objects.cronjobs.fromJson(cronJob), NOW)
  }
  for (const job of jobs) cache.apply('jobs', 'ADDED', objects.jobs.fromJson(jobObject(job)), NOW)
  return cache
}

const BY_NAME: Target = { type: 'object', kind: 'cronjob', name: 'nightly' }
const BY_LABEL: Target = { type: 'selector', selector: parseSelector('app=shop'), text: 'app=shop' }

function ask(shape: Shape, target: Target) {
  const question = { ...plainQuestion('shop', target), detail: 'full' as const }
  return analyzeRollout(clusterWith(shape), question, NOW, STALE_AFTER).answer
}

const good: JobShape = { name: 'good', at: TIMES.second, ended: 'Complete' }
const goodBefore: JobShape = { name: 'good', at: TIMES.first, ended: 'Complete' }
const bad: JobShape = { name: 'bad', at: TIMES.second, ended: 'Failed' }
const badBefore: JobShape = { name: 'bad', at: TIMES.first, ended: 'Failed' }
const running: JobShape = { name: 'running', at: '2026-01-05T11:59:00Z', ended: null }

const CASES: readonly (readonly [name: string, shape: Shape, verdict: string])[] = [
  ['suspended, whatever was before', { suspend: true, jobs: [bad] }, 'pass'],
  ['the last finished Job is good', { jobs: [badBefore, good] }, 'pass'],
  ['the last finished Job is good, and one runs', { jobs: [badBefore, good, running] }, 'pass'],
  ['its history keeps no good Job', { lastSuccessfulTime: TIMES.second, jobs: [badBefore] }, 'pass'],
  ['the last finished Job failed', { jobs: [goodBefore, bad] }, 'fail'],
  ['the last finished Job failed, and one runs', { jobs: [goodBefore, bad, running] }, 'fail'],
  [
    'a failure after the last good one of a history without good Jobs',
    { lastSuccessfulTime: TIMES.first, jobs: [bad] },
    'fail',
  ],
  [
    'the last Job failed, and its history keeps none that failed',
    { lastSuccessfulTime: TIMES.first, lastScheduleTime: TIMES.second },
    'pending',
  ],
  [
    'the last Job is gone, and an older one is kept',
    { lastSuccessfulTime: TIMES.first, lastScheduleTime: TIMES.second, jobs: [goodBefore] },
    'pending',
  ],
  [
    'suspended after its last Job failed and is gone',
    { suspend: true, lastSuccessfulTime: TIMES.first, lastScheduleTime: TIMES.second },
    'pass',
  ],
  [
    'the last Job runs, by its status alone',
    { lastSuccessfulTime: TIMES.first, lastScheduleTime: TIMES.second, active: 1 },
    'pass',
  ],
  [
    'the last Job runs, and its status does not say so yet',
    { lastSuccessfulTime: TIMES.first, lastScheduleTime: TIMES.second, jobs: [running] },
    'pass',
  ],
  [
    'its history keeps no good Job, and the last was good',
    { lastSuccessfulTime: '2026-01-05T11:00:07Z', lastScheduleTime: TIMES.second },
    'pass',
  ],
  ['nothing has finished yet', { jobs: [running] }, 'pending'],
  ['nothing has run yet', {}, 'pending'],
]

for (const [name, shape, verdict] of CASES) {
  t.test(name, async (t) => {
    const answer = ask(shape, BY_NAME)
    t.equal(answer.verdict, verdict, answer.message)
    if (verdict !== 'pass') t.not(answer.findings?.length, 0)
  })
}

t.test('a selector judges the CronJob in place of its Jobs', async (t) => {
  t.equal(ask({ jobs: [badBefore, good] }, BY_LABEL).verdict, 'pass', 'an old failure is history')
  const answer = ask({ jobs: [goodBefore, bad] }, BY_LABEL)
  t.equal(answer.verdict, 'fail')
  t.strictSame(
    answer.workloads?.map(({ target }) => target),
    ['cronjob/nightly'],
  )
})

t.test('without the right to read CronJobs their Jobs alone tell', async (t) => {
  t.equal(ask({ refused: true, jobs: [badBefore, good] }, BY_LABEL).verdict, 'pass')
  t.equal(ask({ refused: true, jobs: [goodBefore, bad] }, BY_LABEL).verdict, 'fail')
  t.throws(() => ask({ refused: true }, BY_NAME), { name: 'UnavailableError' })
})

t.test('the answer has its generation', async (t) => {
  t.equal(ask({ jobs: [good] }, BY_NAME).generation, GENERATION)
})

t.test('a Job that runs has not failed', async (t) => {
  const { findings } = ask({ jobs: [running] }, BY_NAME)
  const awaited = findings?.find(({ subject }) => subject === 'cronjob/nightly')
  t.match(awaited?.message, /has no Job that has finished yet/)
})

t.test('a Job that failed before a later one succeeded is a warning', async (t) => {
  const { verdict, findings = [] } = ask({ jobs: [badBefore, good] }, BY_NAME)
  t.equal(verdict, 'pass')
  t.match(findings, [{ rule: 'job-failed', class: 'warning', subject: 'job/bad' }])
  t.match(ask({ lastSuccessfulTime: TIMES.second, jobs: [badBefore] }, BY_NAME).findings, [
    { rule: 'job-failed' },
  ])
  t.strictSame(ask({ jobs: [good] }, BY_NAME).findings, [])
  t.match(ask({ jobs: [goodBefore, bad] }, BY_NAME).findings, [{ rule: 'job-failed', class: 'fatal' }])
})
