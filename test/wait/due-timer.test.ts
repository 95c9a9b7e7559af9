import t from 'tap'
import { DueTimer } from '../../src/wait/due-timer.ts'
import { ManualTime } from '../manual-time.ts'

function dueTimer() {
  const time = new ManualTime()
  const fired: { readonly after: number; readonly late: boolean }[] = []
  const began = time.now()
  const timer: DueTimer = new DueTimer(time, () =>
    fired.push({ after: time.now() - began, late: timer.isLate(time.now()) }),
  )
  return { time, timer, fired, at: (seconds: number) => timer.set(began + seconds) }
}

t.test('calls back once, just after the moment', async (t) => {
  const { time, fired, at } = dueTimer()
  at(3.5)
  time.advance(3.5)
  t.same(fired, [])
  time.advance(60)
  t.match(fired, [{ late: false }])
  t.ok((fired[0]?.after ?? 0) > 3.5 && (fired[0]?.after ?? 9) < 3.6)
  t.equal(time.pending, 0)
})

t.test('another moment replaces the first; null and stop leave none', async (t) => {
  const { time, timer, fired, at } = dueTimer()
  at(1)
  at(5)
  time.advance(4)
  t.same(fired, [])
  timer.set(null)
  t.equal(time.pending, 0)
  at(6)
  timer.stop()
  t.equal(time.pending, 0)
  time.advance(60)
  t.same(fired, [])
  t.notOk(timer.isLate(time.now()), 'nothing is awaited, so nothing can be late')
})

t.test('a process that stood still while a moment is awaited is called early, and is late', async (t) => {
  for (const [moment, ran, stalled] of [
    [60, 10, 3],
    [60, 59.5, 2.5],
    [5, 0.3, 600],
  ] as const) {
    const { time, fired, at } = dueTimer()
    at(moment)
    time.advance(ran)
    time.stall(stalled)
    t.match(fired, [{ late: true }], `${stalled} s after ${ran} s`)
  }
})

t.test('a short delay is none: the moment is still awaited', async (t) => {
  const { time, fired, at } = dueTimer()
  at(60)
  for (let second = 0; second < 59; second += 1) time.stall(1)
  t.same(fired, [])
  time.advance(2)
  t.match(fired, [{ late: false }])
})
