// The whole judgement, blame included, over generated clusters.
import fc from 'fast-check'
import t from 'tap'
import { compared, type PodShape, type World } from './world.ts'

const RANK = { pass: 0, pending: 1, unknown: 1, fail: 2 }
const numRuns = Number(process.env.LYNCEUS_LAW_RUNS ?? 1000)

const shape: fc.Arbitrary<PodShape> = fc.record({
  node: fc.constantFrom('node-1', 'node-2', 'node-3'),
  minutes: fc.constantFrom(5, 60, 1440),
  app: fc.constantFrom(0, 0, 0, 1, 2, 3, 8),
  side: fc.constantFrom(0, 0, 0, 1, 2, 3, 8),
})
const pods = fc.array(shape, { minLength: 1, maxLength: 4 })
const world: fc.Arbitrary<World> = fc.record({
  canary: pods,
  stable: fc.array(shape, { maxLength: 4 }),
  others: fc.array(shape, { maxLength: 2 }),
})

function oneMore(pods: readonly PodShape[], pick: number, container: 'app' | 'side'): PodShape[] {
  const chosen = pick % pods.length
  return pods.map((pod, index) =>
    index === chosen ? { ...pod, [container]: (pod[container] ?? 0) + 1 } : pod,
  )
}

function withoutCrashes(pod: PodShape): PodShape {
  return { ...pod, app: 0, side: 0 }
}

t.test('one more crash of the canary never makes the answer better', async () => {
  fc.assert(
    fc.property(world, fc.nat(3), fc.constantFrom('app', 'side'), (before, pick, container) => {
      const after = { ...before, canary: oneMore(before.canary, pick, container) }
      return RANK[compared(after).verdict] >= RANK[compared(before).verdict]
    }),
    { numRuns },
  )
})

t.test('of two revisions that fare alike neither fails', async () => {
  fc.assert(
    fc.property(pods, (alike) => compared({ canary: alike, stable: alike }).verdict !== 'fail'),
    { numRuns },
  )
})

t.test('beside a stable revision without crashes, more than maxDelta never pass', async () => {
  fc.assert(
    fc.property(world, (given) => {
      const { verdict, crashes } = compared({ ...given, stable: given.stable.map(withoutCrashes) })
      return verdict !== 'pass' || crashes <= 1
    }),
    { numRuns },
  )
})

t.test('a crash that both share does not excuse those of the canary alone', async (t) => {
  const stable = [{ minutes: 1440, node: 'node-2', side: 1 }]
  t.equal(compared({ canary: [{ app: 2 }], stable }).verdict, 'fail')
  t.equal(compared({ canary: [{ app: 2, side: 1 }], stable }).verdict, 'fail')
})

t.test('the time after a pod was evicted does not count', async (t) => {
  const month = 30 * 1440
  const stable = [{ minutes: month, evictedMinutes: month - 10 }]
  const { verdict, message } = compared({ canary: [{ app: 3 }], stable })
  t.equal(verdict, 'pending')
  t.match(message, /the stable revision 0 in 0.17 pod-hours/)
})

t.test('crashes of pods that are gone count, narrowed to the owner or not', async (t) => {
  const crashed = [
    { minutes: 60, ordered: true },
    { minutes: 60, ordered: true, app: 4, gone: true },
  ]
  for (const owner of [null, { kind: 'statefulset', name: 'db' } as const]) {
    const { message, crashes } = compared(
      { canary: crashed, stable: crashed },
      { target: { type: 'hash', hash: 'new', owner }, stable: { type: 'hash', hash: 'old', owner } },
    )
    t.equal(crashes, 4)
    t.match(message, /had 4 crashes in 2 pod-hours, the stable revision 4 in 2 pod-hours/)
  }
})

t.test('annotations are not read, so that all figures are of the same span', async (t) => {
  const canary = [{ app: 3 }]
  const stable = [{ minutes: 1440 }]
  const annotations = { 'lynceus.dev/window': '1s', 'lynceus.dev/limit': 'many' }
  const asked = { detail: 'full' } as const
  t.same(compared({ canary, stable, annotations }, asked), compared({ canary, stable }, asked))
})
