import t from 'tap'
import { Holder } from '../../src/wait/long-polls.ts'

const now = (): number => Date.now() / 1000

/** Something that is evaluated, and can be changed. */
function subject() {
  const listeners = new Set<() => void>()
  const state = { verdict: 'pass', recheckAt: null as number | null, evaluations: 0 }
  return {
    state,
    listeners,
    set(verdict: string): void {
      state.verdict = verdict
      for (const listener of listeners) listener()
    },
    evaluate: () => {
      state.evaluations += 1
      if (state.verdict === 'error') throw new Error('stale')
      return { answer: { verdict: state.verdict }, recheckAt: state.recheckAt }
    },
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const forever = new AbortController().signal
const HOUR = 3600

t.test('a failing verdict is answered at once, others when they turn', async (t) => {
  const holder = new Holder(10, now)
  const one = subject()
  one.state.verdict = 'fail'
  t.equal((await holder.hold({ ...one, seconds: HOUR, signal: forever })).answer.verdict, 'fail')
  one.state.verdict = 'pending'
  const held = holder.hold({ ...one, seconds: HOUR, signal: forever })
  one.set('pass')
  one.set('error')
  t.equal(holder.size, 1)
  one.set('fail')
  t.equal((await held).answer.verdict, 'fail')
  t.equal(holder.size, 0)
  t.equal(one.listeners.size, 0)
})

t.test('at the end comes the present verdict, or the present trouble', async (t) => {
  const holder = new Holder(10, now)
  const one = subject()
  const held = holder.hold({ ...one, seconds: 0.02, signal: forever })
  one.set('pending')
  t.equal((await held).answer.verdict, 'pending')
  const troubled = holder.hold({ ...one, seconds: 0.02, signal: forever })
  one.set('error')
  await t.rejects(troubled, { message: 'stale' })
})

t.test('a verdict that turns by time alone is seen without a change', async (t) => {
  const holder = new Holder(10, now)
  const one = subject()
  one.state.recheckAt = now() + 0.03
  const evaluate = () =>
    now() < (one.state.recheckAt ?? 0) ? one.evaluate() : { answer: { verdict: 'fail' }, recheckAt: null }
  t.equal((await holder.hold({ ...one, evaluate, seconds: HOUR, signal: forever })).answer.verdict, 'fail')
  t.ok(one.state.evaluations < 5, 'without polling')
})

t.test('beyond the limit the oldest is let go', async (t) => {
  const holder = new Holder(2, now)
  const subjects = [subject(), subject(), subject()]
  const [first, ...others] = subjects.map((one) => holder.hold({ ...one, seconds: HOUR, signal: forever }))
  t.equal((await first)?.answer.verdict, 'pass')
  t.equal(holder.size, 2)
  holder.close()
  for (const other of others) t.equal((await other).answer.verdict, 'pass')
  t.equal(holder.size, 0)
  t.equal(
    (await holder.hold({ ...subject(), seconds: HOUR, signal: forever })).answer.verdict,
    'pass',
    'closed',
  )
})

t.test('a client that goes away ends its holding', async (t) => {
  const holder = new Holder(2, now)
  const gone = new AbortController()
  const held = holder.hold({ ...subject(), seconds: HOUR, signal: gone.signal })
  gone.abort()
  await held
  t.equal(holder.size, 0)
})
