// What to do about findings, over all recordings and in single cases.
import t from 'tap'
import { adviseByRule, adviseIn, listRuns } from '../../src/analyze/advice.ts'
import { analyzeOverall } from '../../src/analyze/overall.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import type { Terminated } from '../../src/model/pod.ts'
import { RULES } from '../../src/rules/index.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'
import { podOf, running } from '../rules/facts.ts'

const END: Terminated = {
  type: 'terminated',
  ...{ id: 'abc', exitCode: 1, reason: 'Error', message: '', startedAt: 1, finishedAt: 2 },
}

function cacheWith(...pods: readonly ReturnType<typeof podOf>[]): ClusterCache {
  const cache = new ClusterCache([{ group: 'x.dev', version: 'v1', kind: 'Service', plural: 'services' }])
  for (const pod of pods) cache.apply('pods', 'ADDED', pod, 0)
  return cache
}

const CRASHED = podOf({ containers: [running('app', { last: END, restarts: 4 })] })
const ABOUT_POD = { subject: 'pod/web-1', podUid: CRASHED.uid, container: 'app', exitCode: 1 }
const ABOUT_NOTHING = { podUid: null, container: null, exitCode: null }

const CASES = [
  ['crash-loop', ABOUT_POD, 'kubectl logs web-1 -n n -c app --previous'],
  ['not-ready', { ...ABOUT_POD, container: null }, 'kubectl describe pod web-1 -n n'],
  ['node-not-ready', { ...ABOUT_POD, container: null }, 'kubectl describe node a'],
  ['image-not-found', { ...ABOUT_POD, exitCode: null }, 'kubectl describe pod web-1 -n n'],
  ['crash-loop', { ...ABOUT_POD, podUid: 'gone' }, 'kubectl describe pod web-1 -n n'],
  ['deadline', { ...ABOUT_NOTHING, subject: 'deployment/web' }, 'kubectl describe deployment web -n n'],
  [
    'rollout-degraded',
    { ...ABOUT_NOTHING, subject: 'rollout/w' },
    'kubectl describe rollouts.argoproj.io w -n n',
  ],
  ['deadline', { ...ABOUT_NOTHING, subject: 'service/w' }, 'kubectl describe services.x.dev w -n n'],
  ['job-failed', { ...ABOUT_NOTHING, subject: 'job/once' }, 'kubectl logs web-1 -n n -c app --previous'],
  ['too-few-pods', { ...ABOUT_NOTHING, subject: 'app.kubernetes.io/name=x' }, null],
  ['data-unavailable', { ...ABOUT_NOTHING, subject: 'deployment/web' }, null],
] as const

t.test('a command with the names of the finding', async (t) => {
  const advise = adviseIn({ namespace: 'n', view: cacheWith(CRASHED), pods: () => [CRASHED] })
  for (const [rule, about, next] of CASES)
    t.equal(advise({ rule, ...about }).next, next, `${rule} ${about.subject}`)
})

t.test('every rule says what to do, in plain text', async (t) => {
  for (const { id } of RULES)
    t.match(adviseByRule({ rule: id }), { remedy: /^[A-Z][^`]+\.$/, next: null }, id)
})

t.test('of many pods that fail alike, one log; of several kinds of failure, three at most', async (t) => {
  const names = ['a', 'b', 'c', 'd']
  const status = (name: string) => running(name, { last: END, restarts: 4 })
  const pods = ['1', '2'].map((uid) => podOf({ uid, name: `web-${uid}`, containers: names.map(status) }))
  const scene = { namespace: 'n', view: cacheWith(...pods) }
  const about = (uid: string, container: string) =>
    ({ rule: 'crash-loop', subject: `pod/web-${uid}`, podUid: uid, container, exitCode: 1 }) as const
  const alike = listRuns([about('1', 'a'), about('2', 'a'), about('2', 'b')], scene)
  t.strictSame(
    alike.map(({ pod, container }) => `${pod} ${container}`),
    ['web-1 a', 'web-2 b'],
  )
  t.equal(
    listRuns(
      names.map((name) => about('1', name)),
      scene,
    ).length,
    3,
  )
})

t.test(
  'over all recordings: a remedy each, commands that a shell takes, logs of pods that exist',
  async (t) => {
    let [advised, withRuns] = [0, 0]
    for (const scenario of SCENARIOS)
      for (const share of [0.3, 1]) {
        const stage = new Stage(scenario, share)
        for (const question of stage.questions()) {
          const ask = (detail: 'full' | 'summary') => {
            const asked = { ...question, detail, onStale: 'unknown' } as const
            return analyzeOverall(stage.cache, asked, stage.now, Number.POSITIVE_INFINITY)
          }
          const { answer, runs } = ask('full')
          for (const { message, remedy, next } of answer.findings ?? []) {
            advised += 1
            const isGood = Boolean(remedy) && (next === null || SAFE.test(next ?? ''))
            if (!isGood) t.fail(`${message}: ${remedy}, ${next}`)
          }
          const known = runs.every(({ podUid }) => stage.cache.objects.pods.byUid(podUid) !== undefined)
          if (!known || (answer.verdict === 'pass' && runs.length > 0)) t.fail(answer.message)
          withRuns += Math.min(runs.length, 1)
          if (ask('summary').runs.length > 0) t.fail(`logs beside a summary of ${answer.target}`)
        }
      }
    t.ok(advised > 100 && withRuns > 10, `${advised} findings, ${withRuns} answers with logs`)
  },
)

const SAFE = /^kubectl(?: [A-Za-z0-9-][A-Za-z0-9._:/=,-]*)+$/
