import t from 'tap'
import { StabilityWindow } from '../../src/wait/stability-window.ts'

const GOOD = { minReadySeconds: 0, terminations: 3 }
const evidence = (more: Partial<typeof GOOD> = {}) => {
  return () => ({ ...GOOD, ...more })
}

t.test(
  'a pass is stable once it has stayed for the window, or for minReadySeconds if that is longer',
  async (t) => {
    const window = new StabilityWindow(10)
    t.equal(window.unstableUntil('pass', evidence(), 100, 100), 110)
    t.equal(window.unstableUntil('pass', evidence(), 109.9, 109.9), 110)
    t.equal(window.unstableUntil('pass', evidence(), 110, 110), null)
    t.equal(window.unstableUntil('pass', evidence({ minReadySeconds: 40 }), 110, 110), 140)
    t.equal(new StabilityWindow(0).unstableUntil('pass', evidence(), 100, 100), null)
  },
)

t.test('each other verdict, and each termination, begins it anew', async (t) => {
  for (const verdict of ['pending', 'unknown', 'fail'] as const) {
    const window = new StabilityWindow(10)
    window.unstableUntil('pass', evidence(), 100, 100)
    const unasked = () => {
      throw new Error('the evidence of what is no pass does not matter')
    }
    t.equal(window.unstableUntil(verdict, unasked, 105, 105), null, 'other verdicts have no window')
    t.equal(window.unstableUntil('pass', evidence(), 106, 106), 116, verdict)
  }
  const window = new StabilityWindow(10)
  window.unstableUntil('pass', evidence(), 100, 100)
  t.equal(window.unstableUntil('pass', evidence({ terminations: 4 }), 108, 108), 118)
  t.equal(window.unstableUntil('pass', evidence({ terminations: 4 }), 112, 112), 118)
  t.equal(
    window.unstableUntil('pass', evidence({ terminations: 3 }), 113, 113),
    118,
    'forgotten pods are none',
  )
})

t.test('time of which the data are not known does not count', async (t) => {
  const window = new StabilityWindow(10)
  window.unstableUntil('pass', evidence(), 100, 100)
  t.equal(window.unstableUntil('pass', evidence(), 115, 109), 110)
  t.equal(window.unstableUntil('pass', evidence(), 116, 110), null)
})

t.test('after a standstill it begins anew, and stays 2 s at least', async (t) => {
  const window = new StabilityWindow(10)
  window.unstableUntil('pass', evidence(), 100, 100)
  window.restart(160)
  t.equal(window.unstableUntil('pass', evidence(), 160, 160), 170)
  const brief = new StabilityWindow(0)
  brief.unstableUntil('pending', evidence(), 100, 100)
  brief.restart(160)
  t.equal(brief.unstableUntil('pass', evidence(), 160, 160), 162)
  t.equal(brief.unstableUntil('pass', evidence(), 162, 162), null)
})
