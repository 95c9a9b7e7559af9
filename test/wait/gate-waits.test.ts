import t from 'tap'
import { BUILT_IN_RESOURCES } from '../../src/model/records.ts'
import { GateWorld } from './gate-world.ts'
import { settled } from './subject.ts'

const CRASH = { exitCode: 1, reason: 'Error' }

t.test('a pass is final once it has stayed for settle; each change comes once', async (t) => {
  const world = new GateWorld()
  const pod = world.release()
  await world.hear()
  const { result, snapshots } = world.wait()
  await settled()
  pod.becomesReady()
  await world.hear()
  world.time.advance(9.9)
  await world.hear()
  t.same(
    snapshots.map(({ answer, change, final }) => [answer.verdict, change, final]),
    [
      ['pending', 'verdict', null],
      ['pending', 'message', null],
    ],
  )
  world.time.advance(0.2)
  const { snapshot, reason } = await result
  t.match(snapshot.answer, { verdict: 'pass', readyPods: 1 })
  t.equal(reason, 'verdict')
  t.equal(snapshots.at(-1), snapshot)
  t.equal(world.time.pending + world.load.pending, 0, 'nothing is left behind')
  t.equal(world.engine.waitingQuestions, 0)
})

t.test(
  'an evaluation that changes nothing of what is said is not reported, but gives the present counts',
  async (t) => {
    const world = new GateWorld()
    const pod = world.release()
    await world.hear()
    const { result, snapshots } = world.wait({ timeoutSeconds: 20 })
    await settled()
    const { evaluations } = world
    world.time.advance(1)
    world.cluster.patch('pods', 'shop', pod.pod, { metadata: { labels: { more: 'yes' } } })
    await world.hear()
    t.ok(world.evaluations > evaluations)
    t.equal(snapshots.length, 1)
    world.time.advance(20)
    const { snapshot } = await result
    t.equal(snapshots.length, 1)
    t.equal(snapshot.id, snapshots[0]?.id)
    t.ok(snapshot.answer.evaluatedAt > String(snapshots[0]?.answer.evaluatedAt))
  },
)

t.test('at the timeout, and when the engine closes, the present snapshot is the result', async (t) => {
  const world = new GateWorld()
  const pod = world.release()
  await world.hear()
  const brief = world.wait({ timeoutSeconds: 20.5 })
  const long = world.wait({ timeoutSeconds: 60 })
  await settled()
  world.time.advance(20.5)
  const present = { verdict: 'pending', evaluatedAt: new Date(world.time.now() * 1000).toISOString() }
  t.match(await brief.result, { reason: 'timeout', snapshot: { answer: present } })
  t.equal(world.engine.waitingClients, 1)
  world.engine.close()
  t.match(await long.result, { reason: 'released', snapshot: { answer: { verdict: 'pending' } } })
  t.match(await world.wait().result, { reason: 'released' }, 'whoever comes later is released at once')
  pod.becomesReady()
  await world.hear()
  t.match(await world.wait({ settleSeconds: 0 }).result, { reason: 'verdict' })
  t.equal(world.engine.waitingClients, 0)
  t.equal(world.time.pending, 0)
})

t.test(
  'equal questions share one watch: one evaluation for a change, none for a crowd that joins',
  async (t) => {
    const world = new GateWorld({ maxWaiting: 1000 })
    const pod = world.release()
    await world.hear()
    const waits = Array.from({ length: 500 }, () => world.wait())
    await settled()
    t.equal(world.evaluations, 1)
    t.equal(world.engine.waitingClients, 500)
    t.equal(world.engine.waitingQuestions, 1)
    const other = world.wait({ settleSeconds: 0 })
    await settled()
    t.equal(world.engine.waitingQuestions, 2)
    pod.becomesReady()
    await world.hear()
    t.match(await other.result, { snapshot: { answer: { verdict: 'pass' } } })
    // Changes of one turn come together; the throttle lets a second evaluation through at the end of its gap.
    t.ok(world.evaluations <= 6, String(world.evaluations))
    world.time.advance(11)
    const results = await Promise.all(waits.map(({ result }) => result))
    t.equal(new Set(results.map(({ snapshot }) => snapshot)).size, 1)
  },
)

t.test('more clients than may wait are refused, whether what they wait for is there or not', async (t) => {
  const world = new GateWorld({ maxWaiting: 2000 })
  world.release()
  await world.hear()
  const waits = Array.from({ length: 1999 }, () => world.wait({ timeoutSeconds: 5 }))
  const missing = world.wait({}, { target: { type: 'object', kind: 'deployment', name: 'none' } })
  await t.rejects(world.wait().result, {
    name: 'TooManyWaitingError',
    message: 'Too many clients are waiting (2,000); try again later.',
  })
  world.time.advance(1)
  await t.rejects(missing.result, { name: 'NotFoundError' })
  const joined = world.wait({ timeoutSeconds: 1 })
  world.time.advance(5)
  t.match(await joined.result, { reason: 'timeout' })
  await Promise.all(waits.map(({ result }) => result))
  t.equal(world.engine.waitingClients, 0)
})

t.test('a newer revision supersedes, but not for whoever came within 2 s before it', async (t) => {
  const world = new GateWorld()
  world.release()
  await world.hear()
  const old = world.stage.hash
  const early = world.wait()
  await settled()
  world.time.advance(5)
  const late = [world.wait(), world.wait()]
  await settled()
  world.time.advance(1.9)
  const pod = world.release('registry.example/web:2')
  await world.hear()
  t.match(await early.result, {
    reason: 'superseded',
    snapshot: { answer: { verdict: 'fail', code: 'superseded', revision: old } },
  })
  t.equal(world.engine.waitingQuestions, 1, 'both wait for the new revision together')
  pod.becomesReady()
  world.stage.retire(0)
  await world.hear()
  world.time.advance(11)
  for (const { result, snapshots } of late) {
    t.match(await result, { reason: 'verdict', snapshot: { answer: { revision: world.stage.hash } } })
    t.notOk(snapshots.some(({ answer }) => answer.code === 'superseded'))
  }
})

t.test('a deleted target may come back within 2 s', async (t) => {
  const world = new GateWorld()
  world.release()
  await world.hear()
  const { result, snapshots } = world.wait()
  await settled()
  world.cluster.delete('deployments', 'shop', 'web')
  await world.hear()
  t.match(snapshots.at(-1)?.answer, { verdict: 'pending', code: 'not-found' })
  world.time.advance(1.9)
  t.equal(snapshots.at(-1)?.final, null)
  world.time.advance(0.2)
  t.match(await result, { reason: 'verdict', snapshot: { answer: { verdict: 'fail', code: 'not-found' } } })
})

t.test(
  'data that are not read yet are waited for; then the target may turn out not to be there',
  async (t) => {
    const world = new GateWorld()
    world.cache.setWatchState('pods', '', { type: 'unsynced' })
    const { result, snapshots } = world.wait()
    await settled()
    t.match(snapshots, [{ answer: { verdict: 'unknown' }, final: null }])
    world.cache.setWatchState('pods', '', { type: 'working' })
    await world.hear()
    world.time.advance(2.1)
    t.match(await result, { reason: 'not-found', snapshot: { answer: { verdict: 'unknown' } } })
  },
)

t.test('data that cannot be read are refused at once', async (t) => {
  for (const type of ['forbidden', 'absent'] as const) {
    const world = new GateWorld()
    for (const resource of BUILT_IN_RESOURCES) world.cache.setWatchState(resource, '', { type })
    await t.rejects(world.wait().result, { name: 'UnavailableError' })
    t.equal(world.engine.waitingClients, 0)
  }
})

t.test('an unforeseen error ends all waits for the question', async (t) => {
  const world = new GateWorld()
  const pod = world.release()
  await world.hear()
  const outcomes = Promise.allSettled([world.wait().result, world.wait().result])
  await settled()
  world.error = new TypeError('a bug')
  pod.ends(CRASH)
  await world.hear()
  for (const outcome of await outcomes) t.match(outcome, { status: 'rejected', reason: { message: 'a bug' } })
  t.equal(world.engine.waitingClients, 0)
  world.error = null
  const again = world.wait({ timeoutSeconds: 1 })
  await settled()
  world.time.advance(1)
  t.match(await again.result, { reason: 'timeout' })
})

t.test('a client whose receiver throws fails alone', async (t) => {
  const world = new GateWorld()
  world.release()
  await world.hear()
  const other = world.wait({ timeoutSeconds: 1 })
  const broken = world.wait({
    onSnapshot: () => {
      throw new Error('broken pipe')
    },
  })
  await t.rejects(broken.result, { message: 'broken pipe' })
  world.time.advance(1)
  t.match(await other.result, { reason: 'timeout' })
})

t.test('a client that leaves ends its wait; the last one ends the watch', async (t) => {
  const world = new GateWorld()
  world.release()
  await world.hear()
  const clients = [new AbortController(), new AbortController()]
  const waits = clients.map(({ signal }) => world.wait({ signal }))
  await settled()
  clients[0]?.abort()
  t.match(await waits[0]?.result, { reason: 'left' })
  t.equal(world.engine.waitingQuestions, 1)
  clients[1]?.abort()
  t.match(await waits[1]?.result, { reason: 'left' })
  t.equal(world.engine.waitingQuestions, 0)
  t.equal(world.time.pending, 0)
})

t.test(
  'with a window the question is evaluated each second, as crashes leave it by time alone',
  async (t) => {
    for (const [window, expected] of [
      [60, 3],
      [undefined, 0],
    ] as const) {
      const world = new GateWorld()
      world.release()
      await world.hear()
      const { result } = world.wait({ timeoutSeconds: 30 }, window === undefined ? {} : { window })
      await settled()
      const { evaluations } = world
      world.time.advance(3.1)
      t.equal(world.evaluations - evaluations, expected, String(window))
      world.engine.close()
      await result
    }
  },
)
