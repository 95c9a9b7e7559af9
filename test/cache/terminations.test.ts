import fc from 'fast-check'
import t from 'tap'
import { mergeOldest } from '../../src/cache/terminations.ts'
import type { Termination } from '../../src/model/history.ts'
import { isCrash } from '../../src/rules/restart-policy.ts'

const CRASH = { exitCode: 1, reason: 'Error', disrupted: false }
const OUT_OF_MEMORY = { exitCode: 137, reason: 'OOMKilled', disrupted: false }
const UNSEEN = { exitCode: 137, reason: 'ContainerStatusUnknown', disrupted: false }
const RESTARTED = { exitCode: 137, reason: 'RestartingAllContainers', disrupted: false }
const COMPLETED = { exitCode: 0, reason: 'Completed', disrupted: false }
const LEFT = { exitCode: 143, reason: 'Error', disrupted: true }

type Kind = Pick<Termination, 'exitCode' | 'reason' | 'disrupted'>

/** Ends of these kinds, as a ledger takes them over: one by one. */
function merged(kinds: readonly Kind[], count = 1): Termination[] {
  const kept: Termination[] = []
  for (const [at, kind] of kinds.entries()) {
    kept.push({ at, startedAt: 0, count, ...kind })
    mergeOldest(kept)
  }
  return kept
}

const sum = (ends: readonly Termination[]) => ends.reduce((total, { count }) => total + count, 0)

t.test('an end of another kind makes no crash fewer and none more', async (t) => {
  const cases: readonly (readonly [string, Kind, number])[] = [
    ['unseen', UNSEEN, 63],
    ['restarted with all', RESTARTED, 63],
    ['while disrupted', LEFT, 63],
    ['out of memory', OUT_OF_MEMORY, 64],
    ['completed', COMPLETED, 63],
  ]
  for (const [name, other, crashes] of cases) {
    for (const place of [0, 1, 31, 32, 33, 63]) {
      const kinds = Array.from({ length: 64 }, (_, index) => (index === place ? other : CRASH))
      const found = merged(kinds).filter((end) => isCrash(end, 'app', undefined, 'OnFailure'))
      t.equal(sum(found), crashes, `${name} as number ${place + 1}`)
    }
  }
})

t.test('law: whatever the order, as many crashes of each cause as before, in bounded memory', async (t) => {
  const kinds = fc.constantFrom(CRASH, OUT_OF_MEMORY, UNSEEN, RESTARTED, COMPLETED, LEFT)
  const policies = fc.constantFrom('Always', 'OnFailure')
  fc.assert(
    fc.property(fc.array(kinds, { minLength: 30, maxLength: 100 }), policies, (all, policy) => {
      const kept = merged(all, 2)
      if (kept.length > 32 || sum(kept) !== 2 * all.length) return false
      return ['Error', 'OOMKilled', 'Completed'].every((reason) => {
        const crash = (end: Kind) => end.reason === reason && isCrash(end, 'app', undefined, policy)
        return sum(kept.filter(crash)) === 2 * all.filter(crash).length
      })
    }),
  )
  t.pass('held')
})

t.test('neighbours are merged into the newer, oldest first', async (t) => {
  const kept = merged([UNSEEN, ...Array.from({ length: 33 }, () => CRASH)])
  t.same(
    kept.slice(0, 3).map(({ at, count }) => [at, count]),
    [
      [0, 1],
      [3, 3],
      [4, 1],
    ],
  )
})
