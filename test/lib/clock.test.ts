import fc from 'fast-check'
import t from 'tap'
import { steadyClock, steadyNow } from '../../src/lib/clock.ts'

/** A clock over time that is moved by hand: what passes for both, and how far only the wall clock is set, seconds. */
function clock() {
  const time = { wall: 1_800_000_000, elapsed: 0 }
  const now = steadyClock({ wallMs: () => time.wall * 1000, elapsedMs: () => time.elapsed * 1000 })
  const pass = (seconds: number, set = 0): number => {
    time.elapsed += seconds
    time.wall += seconds + set
    return now()
  }
  return { time, now, pass }
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.001

const STEPS: readonly (readonly [name: string, set: number, after20: number])[] = [
  ['as it is', 0, 20],
  ['set ahead', 600, 620],
  ['the machine slept', 3600, 3620],
  ['set back', -600, 18],
  ['set back by a little', -1, 19],
]

t.test('a wall clock that is set never makes an age less than nine tenths of what it is', (t) => {
  for (const [name, set, after20] of STEPS) {
    const { now, pass } = clock()
    const since = now()
    const age = pass(20, set) - since
    t.ok(near(age, after20), `${name}: ${age}`)
  }
  t.end()
})

t.test('after a wall clock was wrong for a moment, both agree again', (t) => {
  const { time, pass } = clock()
  pass(1, 3600)
  const wrong = pass(1, -3600)
  t.ok(near(wrong - time.wall, 3599.9))
  const later = pass(18_000)
  t.ok(near(later - wrong, 18_000 * 0.9))
  t.ok(near(pass(18_000), time.wall))
  t.ok(near(pass(10), time.wall))
  t.end()
})

t.test('whatever the wall clock does, time goes on and is not behind it', (t) => {
  const moves = fc.array(
    fc.record({ seconds: fc.integer({ min: 0, max: 5000 }), set: fc.integer({ min: -5000, max: 5000 }) }),
  )
  fc.assert(
    fc.property(moves, (moved) => {
      const { time, now, pass } = clock()
      let last = now()
      for (const { seconds, set } of moved) {
        const next = pass(seconds, set)
        if (next < last + seconds * 0.9 - 0.001 || next < time.wall - 0.001) return false
        last = next
      }
      return true
    }),
  )
  t.end()
})

t.test('the clock of the process is that of the machine while nobody sets it', (t) => {
  const before = Date.now() / 1000
  const now = steadyNow()
  t.ok(now >= before && steadyNow() >= now)
  t.end()
})
