import fc from 'fast-check'
import t from 'tap'
import { Backoff, lengthen } from '../../src/lib/backoff.ts'

const MOST = 0.999

t.test('the bound doubles from the base to the cap, and starts over', async (t) => {
  const backoff = new Backoff({ base: 0.8, cap: 5 }, () => 1)
  t.same(
    [1, 2, 3, 4, 5].map(() => backoff.next()),
    [0.8, 1.6, 3.2, 5, 5],
  )
  backoff.reset()
  t.equal(backoff.next(), 0.8)
  for (let failure = 0; failure < 5000; failure += 1) backoff.next()
  t.equal(backoff.next(), 5, 'however often it fails')
})

t.test('each delay is anything up to its bound, and never less than what was asked for', async (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: MOST, noNaN: true }),
      fc.nat({ max: 30 }),
      fc.integer({ min: 0, max: 60 }),
      (random, failures, atLeast) => {
        const backoff = new Backoff({ base: 1, cap: 30 }, () => random)
        for (let failure = 0; failure < failures; failure += 1) backoff.next()
        const delay = backoff.next(atLeast)
        const bound = Math.min(30, 2 ** failures)
        return delay >= atLeast && delay <= Math.max(bound, atLeast)
      },
    ),
  )
  t.equal(new Backoff({ base: 1, cap: 30 }, () => 0).next(), 0)
  t.equal(new Backoff({ base: 1, cap: 30 }, () => 0).next(7), 7)
})

t.test('a schedule is only ever lengthened', async (t) => {
  t.equal(
    lengthen(300, 0.1, () => 0),
    300,
  )
  t.equal(
    lengthen(300, 0.1, () => 0.5),
    315,
  )
  t.equal(
    lengthen(0, 0.1, () => 0.5),
    0,
  )
})
