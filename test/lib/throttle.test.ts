import t from 'tap'
import { Throttle } from '../../src/lib/throttle.ts'
import { ManualTime } from '../manual-time.ts'

function throttled(gapSeconds: number) {
  const time = new ManualTime()
  const state = { runs: 0 }
  const throttle = new Throttle(time, gapSeconds, () => {
    state.runs += 1
  })
  return { time, throttle, state }
}

t.test('the first request runs at once, those within the gap together at its end', async (t) => {
  const { time, throttle, state } = throttled(2)
  for (let request = 0; request < 100; request += 1) throttle.request()
  t.equal(state.runs, 1)
  time.advance(1.9)
  throttle.request()
  t.equal(state.runs, 1)
  time.advance(0.1)
  t.equal(state.runs, 2)
  t.equal(time.pending, 0, 'nothing more was requested')
  throttle.request()
  t.equal(state.runs, 2, 'the gap begins with each run')
  time.advance(2)
  t.equal(state.runs, 3)
  time.advance(2)
  throttle.request()
  t.equal(state.runs, 4, 'at once again after a gap without requests')
})

t.test('a run that is due is dropped by stop', async (t) => {
  const { time, throttle, state } = throttled(1)
  throttle.request()
  throttle.request()
  throttle.stop()
  t.equal(time.pending, 0)
  time.advance(5)
  t.equal(state.runs, 1)
})
