import t from 'tap'
import { EvaluationQueue } from '../../src/wait/evaluation-queue.ts'
import { QuestionWatch, type Reading } from '../../src/wait/question-watch.ts'
import { ManualTime } from '../manual-time.ts'

function watched(first: Partial<Reading<string>> = {}) {
  const time = new ManualTime()
  const load = new ManualTime()
  const changes = new Set<() => void>()
  const seen = { stalled: [] as boolean[], values: [] as string[], errors: [] as unknown[], closed: 0 }
  const state: { reading: Reading<string>; error: Error | null } = {
    reading: { value: 'a', recheckAt: null, final: false, ...first },
    error: null,
  }
  const watch = new QuestionWatch<string>({
    evaluate: (_now, stalled) => {
      seen.stalled.push(stalled)
      if (state.error !== null) throw state.error
      return state.reading
    },
    view: {
      track: (evaluate) => ({ value: evaluate(), dependencies: new Set() }),
      onChange: (_dependencies, listener) => {
        changes.add(listener)
        return () => changes.delete(listener)
      },
    },
    clock: time,
    loadClock: load,
    queue: new EvaluationQueue(load),
    onClose: () => {
      seen.closed += 1
    },
  })
  const listen = () =>
    watch.listen({
      onValue: (value) => seen.values.push(value),
      onError: (error) => seen.errors.push(error),
    })
  const change = (): void => {
    for (const listener of [...changes]) listener()
  }
  /** Whether nothing can wake it any more. */
  const asleep = (): boolean => changes.size + time.pending + load.pending === 0
  const set = (reading: Partial<Reading<string>>): void => {
    state.reading = { ...state.reading, ...reading }
  }
  return { time, load, watch, seen, state, listen, change, asleep, set }
}

t.test('changes are evaluated at once, but a burst of them only once in a gap', async (t) => {
  const { load, watch, seen, listen, change, set } = watched()
  listen()
  t.equal(seen.stalled.length, 1, 'the first evaluation is that of the constructor')
  set({ value: 'b' })
  for (let burst = 0; burst < 50; burst += 1) change()
  t.same(seen.values, ['b'])
  set({ value: 'c' })
  load.advance(1)
  t.same(seen.values, ['b', 'c'])
  t.equal(watch.value, 'c')
  load.advance(10)
  t.same(seen.values, ['b', 'c'])
})

t.test('a due moment is evaluated without a change, and each evaluation sets the next', async (t) => {
  const time = new ManualTime()
  const { time: clock, seen, listen, set } = watched({ recheckAt: time.now() + 10 })
  listen()
  clock.advance(9)
  t.same(seen.values, [])
  set({ value: 'b', recheckAt: clock.now() + 20 })
  clock.advance(2)
  t.same(seen.values, ['b'])
  set({ value: 'c', recheckAt: null })
  clock.advance(20)
  t.same(seen.values, ['b', 'c'])
  t.equal(clock.pending, 0)
})

t.test('an evaluation after a standstill knows of it, once', async (t) => {
  const { time, seen, listen, change, set } = watched()
  set({ recheckAt: time.now() + 60 })
  listen()
  change()
  time.stall(30)
  t.same(seen.stalled, [false, false, true])
  time.advance(60)
  t.same(seen.stalled.slice(0, 4), [false, false, true, false])
})

t.test('a final value closes the watch; so does a first one', async (t) => {
  const { watch, seen, listen, change, asleep, set } = watched()
  const stop = listen()
  set({ value: 'end', final: true })
  change()
  t.same(seen.values, ['end'])
  t.notOk(watch.open)
  t.ok(asleep())
  watch.evaluate()
  stop()
  t.equal(seen.stalled.length, 2)
  t.equal(seen.closed, 1)
  const first = watched({ final: true })
  t.notOk(first.watch.open)
  t.ok(first.asleep())
})

t.test('an evaluation that throws tells all who listen, and closes the watch', async (t) => {
  const { watch, seen, state, listen, change, asleep } = watched()
  listen()
  listen()
  state.error = new TypeError('a bug')
  change()
  t.same(seen.errors, [state.error, state.error])
  t.notOk(watch.open)
  t.ok(asleep())
})

t.test('the last who leaves closes the watch', async (t) => {
  const { watch, listen, asleep, seen, change, set, time } = watched()
  const [stop, stopOther] = [listen(), listen()]
  set({ recheckAt: time.now() + 5 })
  change()
  change()
  stop()
  t.ok(watch.open)
  stopOther()
  t.notOk(watch.open)
  t.ok(asleep())
  t.equal(seen.closed, 1)
})

t.test('refresh evaluates what is as old as given', async (t) => {
  const { watch, listen, seen, time } = watched()
  listen()
  time.advance(0.5)
  watch.refresh(1)
  t.equal(seen.stalled.length, 1)
  time.advance(0.5)
  watch.refresh(1)
  t.equal(seen.stalled.length, 2)
  watch.refresh(0)
  t.equal(seen.stalled.length, 3)
  watch.refresh(Number.POSITIVE_INFINITY)
  t.equal(seen.stalled.length, 3)
})
