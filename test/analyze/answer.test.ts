// What an answer says, at chosen moments of recorded incidents.
import t from 'tap'
import { analyzeCrashes } from '../../src/analyze/crashes.ts'
import { analyzeOverall } from '../../src/analyze/overall.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { plainQuestion, type Target } from '../../src/question/question.ts'
import { Stage } from '../corpus/stage.ts'

const FIELDS = [
  'verdict',
  'code',
  'reason',
  'message',
  'crashes',
  'restarts',
  'pods',
  'readyPods',
  'failingPods',
  'desired',
  'target',
  'revision',
  'generation',
  'cacheAgeSeconds',
  'evaluatedAt',
]

function question(scenario: string, target: Target) {
  return plainQuestion(`rec-${scenario}`, target)
}

const deployment = (name: string): Target => ({ type: 'object', kind: 'deployment', name })

t.test('an answer is flat, ordered and small', async (t) => {
  const stage = new Stage('crash-at-once', 1)
  const { answer } = analyzeRollout(stage.cache, question('crash-at-once', deployment('web')), stage.now, 30)
  t.same(Object.keys(answer), FIELDS)
  t.match(answer, {
    verdict: 'fail',
    code: 'process-crashing',
    reason: 'Error',
    pods: 2,
    desired: 2,
    failingPods: 2,
  })
  t.match(
    answer.message,
    /^Container app of pod web-\S+ \(2 of 2 pods\) exited with code 1 \(a general error\), 3 restarts, last at /,
  )
  t.ok(Buffer.byteLength(JSON.stringify(answer)) < 1024)
  t.ok(Buffer.byteLength(answer.message) <= 400)
})

t.test('crashes of a revision are told from those of another', async (t) => {
  const stage = new Stage('old-version-crashes', 1)
  const sets = [...stage.cache.objects.replicasets.all()].sort(
    (left, right) => left.createdAt - right.createdAt,
  )
  const [old = '', fresh = ''] = sets.map(({ labels }) => labels['pod-template-hash'] ?? '')
  const ask = (hash: string) =>
    analyzeCrashes(
      stage.cache,
      question('old-version-crashes', { type: 'hash', hash, owner: null }),
      stage.now,
      30,
    ).answer
  t.match(ask(fresh), { verdict: 'pass', crashes: 0, target: `hash=${fresh}` })
  t.match(
    ask(old),
    { verdict: 'fail', code: 'process-crashing', pods: 0 },
    'pods that are gone are remembered',
  )
})

t.test('limit, window, since and container', async (t) => {
  const stage = new Stage('waits-for-dependency', 1)
  const base = question('waits-for-dependency', deployment('consumer'))
  const crashes = (more: object) => analyzeCrashes(stage.cache, { ...base, ...more }, stage.now, 30).answer
  t.match(crashes({}), { verdict: 'fail', crashes: 4, restarts: 4 })
  t.match(crashes({ limit: 5 }), { verdict: 'pass', crashes: 4 })
  t.match(crashes({ window: 10 }), { verdict: 'pass', crashes: 0 })
  t.match(crashes({ since: stage.now - 5 }), { verdict: 'pass', crashes: 0 })
  t.match(crashes({ container: 'other' }), { verdict: 'pending', crashes: 0 }, 'no pod has it')
  t.match(crashes({ limit: 5, minPods: 3 }), { verdict: 'pending' })
  t.equal(
    analyzeOverall(stage.cache, base, stage.now + 60, 30).answer.verdict,
    'pass',
    'the rules forgive two crashes',
  )
  t.equal(
    analyzeOverall(stage.cache, { ...base, limit: 1 }, stage.now, 30).answer.verdict,
    'fail',
    'a limit does not',
  )
  for (const analyze of [analyzeRollout, analyzeOverall]) {
    const ask = (container: string) => analyze(stage.cache, { ...base, container }, stage.now + 60, 30).answer
    t.match(ask('other'), { verdict: 'pending', message: /^No pod has a container other: / }, analyze.name)
    t.equal(ask('app').verdict, 'pass')
  }
})

t.test('a pod in back-off does not pass when its crashes are older than the window', async (t) => {
  const stage = new Stage('crash-at-once', 1)
  const base = question('crash-at-once', deployment('web'))
  for (const more of [{ window: 1 }, { since: stage.now + 1 }, { limit: 100 }])
    t.match(
      analyzeCrashes(stage.cache, { ...base, ...more }, stage.now + 2, 30).answer,
      {
        verdict: 'pending',
        code: null,
        reason: 'Error',
        message:
          / in 2 pods, but container app of pod web-\S+ \(2 of 2 pods\) crashed at .+ UTC and does not run again yet\.$/,
      },
      JSON.stringify(more),
    )
})

t.test('an exit while being deleted is no crash', async (t) => {
  const stage = new Stage('restart-143', 1)
  const { answer } = analyzeCrashes(
    stage.cache,
    question('restart-143', { type: 'selector', selector: [], text: 'x' }),
    stage.now,
    30,
  )
  t.match(answer, { verdict: 'pass', crashes: 0 })
})

t.test('what does not exist is not found', async (t) => {
  const stage = new Stage('paused', 1)
  for (const target of [deployment('nobody'), { type: 'hash', hash: 'nobody', owner: null } as const])
    for (const analyze of [analyzeCrashes, analyzeRollout, analyzeOverall])
      t.throws(() => analyze(stage.cache, question('paused', target), stage.now, 30), {
        name: 'NotFoundError',
      })
})
