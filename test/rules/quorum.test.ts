// How many affected pods decide. Too many required is the dangerous side: a bad revision would not fail.
import t from 'tap'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import {
  requiredPods,
  resolveDefaultTolerance,
  resolvePods,
  resolveRollingTolerance,
} from '../../src/rules/quorum.ts'

t.test('an IntOrPercent of a total', async (t) => {
  for (const [value, total, round, expected] of [
    [null, 10, 'up', null],
    [3, 10, 'up', 3],
    [0, 10, 'down', 0],
    ['25%', 10, 'up', 3],
    ['25%', 10, 'down', 2],
    ['100%', 7, 'down', 7],
    ['0%', 7, 'up', 0],
    ['a lot', 7, 'up', null],
  ] as const)
    t.equal(resolvePods(value, total, round), expected, `${value} of ${total}, ${round}`)
})

t.test('what a rolling update may do without', async (t) => {
  // Columns: maxUnavailable, maxSurge, replicas, tolerated.
  for (const [unavailable, surge, replicas, tolerated] of [
    [0, 1, 10, 0],
    [0, 5, 10, 0],
    [1, 0, 10, 0],
    [2, 1, 10, 2],
    [3, 0, 10, 2],
    // The controller takes one away when it may do neither.
    [0, 0, 10, 0],
    ['50%', 0, 10, 4],
    // Kubernetes' own 25 % each: 2 of 10 may be missing while 3 are made besides.
    [null, null, 10, 2],
    [null, 0, 10, 1],
    [null, null, 1, 0],
  ] as const)
    t.equal(
      resolveRollingTolerance(unavailable, surge, replicas),
      tolerated,
      `${unavailable} ${surge} ${replicas}`,
    )
})

t.test('without a word of the workload', async (t) => {
  for (const [pods, tolerated] of [
    [0, 0],
    [1, 0],
    [3, 0],
    [4, 0],
    [5, 1],
    [10, 2],
    [14, 2],
    [15, 3],
  ] as const)
    t.equal(resolveDefaultTolerance(pods, LYNCEUS), tolerated, `${pods} pods`)
  t.equal(resolveDefaultTolerance(3, { ...LYNCEUS, smallRevisionPods: 2, toleratedShare: 0.5 }), 1)
})

t.test('how many are required', async (t) => {
  for (const [quorum, tolerated, desired, expected] of [
    [null, 0, 10, 1],
    [null, 2, 10, 3],
    // All that are wanted are enough, and none can never be enough.
    [null, 5, 3, 3],
    [null, 0, 0, 1],
    [{ pods: 4 }, 0, 10, 4],
    [{ pods: 0 }, 0, 10, 1],
    [{ share: 0.5 }, 0, 5, 3],
    [{ share: 0 }, 9, 10, 1],
    [{ share: 1 }, 0, 10, 10],
  ] as const)
    t.equal(
      requiredPods(quorum, tolerated, desired),
      expected,
      `${JSON.stringify(quorum)} ${tolerated} ${desired}`,
    )
})
