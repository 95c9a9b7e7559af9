import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { binomialTail } from '../../../src/analyze/compare/binomial.ts'
import { compareRates } from '../../../src/analyze/compare/rate-test.ts'

const HOUR = 3600

t.test('tails of binomials, worked out by hand', async (t) => {
  for (const [trials, least, share, expected] of [
    [1, 1, 0.3, 0.3],
    [3, 3, 0.5, 0.125],
    [3, 2, 0.5, 0.5],
    [5, 4, 0.2, 0.00672],
    [10, 0, 0.4, 1],
    [10, 11, 0.4, 0],
    [2, 1, 1, 1],
    [2, 1, 0, 0],
  ] as const)
    t.ok(Math.abs(binomialTail(trials, least, share) - expected) < 1e-12, `${trials} ${least} ${share}`)
  t.ok(Math.abs(binomialTail(100_000, 50_000, 0.5) - 0.5) < 0.01, 'many trials neither overflow nor vanish')
  t.ok(binomialTail(100_000, 1, 0.5) > 0.999)
})

const TOLERANCE = { maxRatio: 2, maxDelta: 1 }

t.test('what is tolerated, undecided and worse', async (t) => {
  for (const [canary, hours, stable, stableHours, outcome] of [
    // One crash in one pod proves nothing, however short it ran and however long the stable one did.
    [1, 0.05, 0, 1000, 'tolerated'],
    [2, 0.05, 0, 1000, 'worse'],
    [3, 0.1, 0, 0.9, 'worse'],
    // Two new versions side by side: so few crashes may be chance, but they are no pass either.
    [3, 0.1, 0, 0.1, 'undecided'],
    [8, 0.1, 0, 0.1, 'worse'],
    [4, 1, 4, 1, 'tolerated'],
    [8, 1, 4, 1, 'tolerated'],
    [12, 1, 4, 1, 'undecided'],
    [40, 1, 4, 1, 'worse'],
    [3, 0.1, 0, 0, 'undecided'],
    [0, 0, 0, 0, 'tolerated'],
  ] as const)
    t.equal(
      compareRates(
        { crashes: canary, podSeconds: hours * HOUR },
        { crashes: stable, podSeconds: stableHours * HOUR },
        TOLERANCE,
      ).outcome,
      outcome,
      `${canary} in ${hours} h against ${stable} in ${stableHours} h`,
    )
})

const RANK = { tolerated: 0, undecided: 1, worse: 2 }
const rate = fc.record({ crashes: fc.nat(200), podSeconds: fc.integer({ min: 1, max: 1_000_000 }) })
const tolerance = fc.record({
  maxRatio: fc.double({ min: 1, max: 10, noNaN: true }),
  maxDelta: fc.nat(5),
})

t.test('more crashes of the canary, or fewer of the stable revision, never make it look better', async () => {
  fc.assert(
    fc.property(rate, rate, tolerance, fc.nat(20), (canary, stable, tolerated, more) => {
      const before = RANK[compareRates(canary, stable, tolerated).outcome]
      const crashes = canary.crashes + more
      const fewer = Math.max(0, stable.crashes - more)
      return (
        RANK[compareRates({ ...canary, crashes }, stable, tolerated).outcome] >= before &&
        RANK[compareRates(canary, { ...stable, crashes: fewer }, tolerated).outcome] >= before
      )
    }),
    { numRuns: 2000 },
  )
})

t.test('a revision is never worse than itself', async () => {
  fc.assert(
    fc.property(
      rate,
      tolerance,
      (same, tolerated) => compareRates(same, same, tolerated).outcome === 'tolerated',
    ),
  )
})

const VERDICT = { tolerated: 'pass', undecided: 'pending', worse: 'fail' }
/** Cells: crashes and time of the canary, of the stable revision, expected, by chance, verdict. */
const ROW = /^\| (\d+)\D* in (\d+) (min|h) +\| (\d+) in (\d+)( min)?\D*\| ([\d.]+) +\| ([\d.]+) % +\| (\w+)/

t.test('the figures of the documentation are those of the code', async (t) => {
  const docs = readFileSync(new URL('../../../docs/compare.md', import.meta.url), 'utf8')
  const rows = docs
    .split('\n')
    .map((line) => ROW.exec(line))
    .filter((match) => match !== null)
  t.equal(rows.length, 7)
  for (const [row, crashes, time, unit, stable, stableTime, minutes, expected, chance, verdict] of rows) {
    const canary = { crashes: Number(crashes), podSeconds: Number(time) * (unit === 'h' ? HOUR : 60) }
    const other = {
      crashes: Number(stable),
      podSeconds: Number(stableTime) * (minutes === undefined ? HOUR : 60),
    }
    const told = compareRates(canary, other, TOLERANCE)
    t.equal(Number((told.expected ?? 0).toPrecision(2)), Number(expected), row)
    t.equal(Number((told.chance * 100).toPrecision(2)), Number(chance), row)
    t.equal(VERDICT[told.outcome], verdict, row)
  }
})
