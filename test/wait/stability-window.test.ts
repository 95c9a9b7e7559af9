import t from 'tap'
import { StabilityWindow } from '../../src/wait/stability-window.ts'

const GOOD = { minReadySeconds: 0, terminations: 3 }
const evidence = (more: Partial<typeof GOOD> = {}) => {
  return () => ({ ...GOOD, ...more })
}
const STABLE = { stable: true } as const
const until = (seconds: number) => ({ stable: false, until: seconds })

t.test(
  'a pass is stable once it has stayed for the window, or for minReadySeconds if that is longer',
  async (t) => {
    const window = new StabilityWindow(10)
    t.same(window.check('pass', evidence(), 100, 100), until(110))
    t.same(window.check('pass', evidence(), 109.9, 109.9), until(110))
    t.same(window.check('pass', evidence(), 110, 110), STABLE)
    t.same(window.check('pass', evidence({ minReadySeconds: 40 }), 110, 110), until(140))
    t.same(new StabilityWindow(0).check('pass', evidence(), 100, 100), STABLE)
  },
)

t.test('each other verdict, and each termination, begins it anew', async (t) => {
  for (const verdict of ['pending', 'unknown', 'fail'] as const) {
    const window = new StabilityWindow(10)
    window.check('pass', evidence(), 100, 100)
    const unasked = () => {
      throw new Error('the evidence of what is no pass does not matter')
    }
    t.same(window.check(verdict, unasked, 105, 105), STABLE, 'other verdicts have no window')
    t.same(window.check('pass', evidence(), 106, 106), until(116), verdict)
  }
  const window = new StabilityWindow(10)
  window.check('pass', evidence(), 100, 100)
  t.same(window.check('pass', evidence({ terminations: 4 }), 108, 108), until(118))
  t.same(window.check('pass', evidence({ terminations: 4 }), 112, 112), until(118))
  t.same(window.check('pass', evidence({ terminations: 3 }), 113, 113), until(118), 'forgotten pods are none')
})

t.test('time of which the data are not known does not count', async (t) => {
  const window = new StabilityWindow(10)
  window.check('pass', evidence(), 100, 100)
  t.same(window.check('pass', evidence(), 115, 109), until(110))
  t.same(window.check('pass', evidence(), 116, 110), STABLE)
})

t.test('after a standstill it begins anew, and stays 2 s at least', async (t) => {
  const window = new StabilityWindow(10)
  window.check('pass', evidence(), 100, 100)
  window.restart(160)
  t.same(window.check('pass', evidence(), 160, 160), until(170))
  const brief = new StabilityWindow(0)
  brief.check('pending', evidence(), 100, 100)
  brief.restart(160)
  t.same(brief.check('pass', evidence(), 160, 160), until(162))
  t.same(brief.check('pass', evidence(), 162, 162), STABLE)
})
