// Jobs that their TTL deletes while a gate waits: what they came to counts, not that they are gone.
import t from 'tap'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import type { ChangeType } from '../../src/model/watch-state.ts'
import { parseSelector } from '../../src/question/parse-selector.ts'
import type { Target } from '../../src/question/question.ts'
import { GateWorld } from './gate-world.ts'
import { settled } from './subject.ts'

type Ended = 'Complete' | 'Failed' | null

const { jobs } = new Decoder().objects
const BY_NAME: Target = { type: 'object', kind: 'job', name: 'migrate' }
const BY_LABEL: Target = { type: 'selector', selector: parseSelector('app=shop'), text: 'app=shop' }

/** Tells a state of a Job; a run of its own has a UID of its own. */
function tell(world: GateWorld, type: ChangeType, ended: Ended, uid = 'first', name = 'migrate'): void {
  const now = world.time.now()
  const time = new Date(now * 1000).toISOString()
  const condition = {
    type: ended,
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'no',
    lastTransitionTime: time,
  }
  const object = {
    metadata: {
      name,
      namespace: 'shop',
      uid,
      resourceVersion: `${uid}-${type}-${ended}`,
      generation: 1,
      creationTimestamp: time,
      labels: { app: 'shop' },
    },
    spec: { parallelism: 1, completions: 1, backoffLimit: 0, ttlSecondsAfterFinished: 0 },
    status:
      ended === null ? {} : { conditions: [condition], [ended === 'Failed' ? 'failed' : 'succeeded']: 1 },
  }
  world.cache.apply('jobs', type, jobs.fromJson(object), now)
}

async function heard(world: GateWorld): Promise<void> {
  await settled()
  world.load.advance(1)
  await settled()
}

const CASES: readonly (readonly [title: string, target: Target, ended: Ended, seen: boolean, is: object])[] =
  [
    ['it completed and was seen so', BY_NAME, 'Complete', true, { verdict: 'pass', code: null }],
    [
      'it completed in the moment in which it was deleted',
      BY_NAME,
      'Complete',
      false,
      { verdict: 'pass', message: /complete.*deleted after it had finished/ },
    ],
    ['by its label', BY_LABEL, 'Complete', false, { verdict: 'pass' }],
    [
      'it failed',
      BY_NAME,
      'Failed',
      false,
      { verdict: 'fail', code: 'process-crashing', reason: 'BackoffLimitExceeded' },
    ],
    ['it failed, by its label', BY_LABEL, 'Failed', false, { verdict: 'fail', code: 'process-crashing' }],
    ['somebody deleted it before it finished', BY_NAME, null, false, { verdict: 'fail', code: 'not-found' }],
  ]

for (const [title, target, ended, seen, is] of CASES)
  t.test(title, async (t) => {
    const world = new GateWorld()
    tell(world, 'ADDED', null)
    const { result } = world.wait({}, { target, detail: 'full' })
    await heard(world)
    if (seen) {
      tell(world, 'MODIFIED', ended)
      await heard(world)
    }
    tell(world, 'DELETED', ended)
    await heard(world)
    world.time.advance(2.1)
    t.match(await result, { reason: 'verdict', snapshot: { answer: is } })
  })

t.test('an earlier run of the same name proves nothing', async (t) => {
  const world = new GateWorld()
  tell(world, 'ADDED', 'Complete', 'earlier')
  tell(world, 'DELETED', 'Complete', 'earlier')
  tell(world, 'ADDED', null)
  const { result } = world.wait({}, { target: BY_NAME })
  await heard(world)
  tell(world, 'DELETED', null)
  await heard(world)
  world.time.advance(2.1)
  t.match(await result, { snapshot: { answer: { verdict: 'fail', code: 'not-found' } } })
})

t.test('of several Jobs all must have finished', async (t) => {
  const world = new GateWorld()
  tell(world, 'ADDED', null)
  tell(world, 'ADDED', null, 'second', 'seed')
  const { result } = world.wait({}, { target: BY_LABEL })
  await heard(world)
  tell(world, 'DELETED', null, 'second', 'seed')
  tell(world, 'DELETED', 'Complete')
  await heard(world)
  world.time.advance(2.1)
  t.match(await result, { snapshot: { answer: { verdict: 'fail', code: 'not-found' } } })
})
