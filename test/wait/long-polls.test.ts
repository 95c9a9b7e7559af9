import t from 'tap'
import { Subject, settled } from './subject.ts'

/** Longer than the throttle's gap between two evaluations, seconds. */
const GAP = 0.1

t.test('a fail is answered at once, other verdicts when they turn', async (t) => {
  const subject = new Subject()
  const { engine, time } = subject
  subject.state = 'fail'
  t.equal((await subject.ask(25)).answer.verdict, 'fail')
  subject.state = 'pending'
  const held = subject.ask(25)
  await settled()
  for (const state of ['pass', 'unavailable', 'not-found', 'pending'] as const) {
    await subject.become(state)
    subject.load.advance(GAP)
  }
  t.equal(engine.heldAnswers, 1)
  await subject.become('fail')
  t.equal((await held).answer.verdict, 'fail')
  t.equal(engine.heldAnswers, 0)
  t.equal(time.pending + subject.load.pending, 0, 'nothing is left behind')
})

t.test('at the end comes the present verdict, or the present error', async (t) => {
  const subject = new Subject()
  for (const [state, expected] of [
    ['pending', 'pending'],
    ['unavailable', 'too old'],
    ['not-found', /not there/],
  ] as const) {
    subject.state = 'pass'
    const held = subject.ask(25).then(({ answer }) => answer.verdict, String)
    await settled()
    await subject.become(state)
    subject.time.advance(24.9)
    await settled()
    t.equal(subject.engine.heldAnswers, 1)
    subject.time.advance(0.1)
    t.match(await held, expected)
  }
})

t.test('an unforeseen error surfaces at once, to all who wait for the same', async (t) => {
  const subject = new Subject()
  const held = [subject.ask(25), subject.ask(25)]
  const other = subject.ask(25, { hash: 'bbb', analyze: new Subject().analyze })
  await settled()
  const outcomes = Promise.allSettled(held)
  await subject.become(new TypeError('a bug'))
  for (const outcome of await outcomes) t.match(outcome, { status: 'rejected', reason: { message: 'a bug' } })
  t.equal(subject.engine.heldAnswers, 1, 'another question goes on')
  subject.state = 'fail'
  t.equal((await subject.ask(25)).answer.verdict, 'fail', 'the same question can be asked again')
  subject.engine.close()
  t.equal((await other).answer.verdict, 'pass')
})

t.test('a verdict that turns by time alone is seen without a change', async (t) => {
  const subject = new Subject()
  const { time } = subject
  const turnsAt = time.now() + 7.5
  subject.recheckAt = turnsAt
  const held = subject.ask(25)
  await settled()
  const { evaluations } = subject
  time.advance(7.4)
  t.equal(subject.evaluations, evaluations, 'without polling')
  subject.state = 'fail'
  time.advance(0.2)
  const { answer } = await held
  t.equal(answer.verdict, 'fail')
  t.ok(Date.parse(answer.evaluatedAt) >= turnsAt * 1000)
})

t.test('equal questions share their evaluations; others, and other analyses, do not', async (t) => {
  const subject = new Subject()
  const polls = [1, 2, 3, 4, 5].map(() => subject.ask(25))
  await settled()
  let { evaluations } = subject
  await subject.become('pending')
  t.equal(subject.evaluations - evaluations, 1, 'one for five')
  await subject.change('other')
  t.equal(subject.evaluations - evaluations, 1, 'what happens in another namespace does not concern it')
  polls.push(subject.ask(25, { hash: 'bbb' }), subject.ask(25, { name: '/y' }))
  await settled()
  subject.load.advance(GAP)
  evaluations = subject.evaluations
  await subject.become('fail')
  t.equal(subject.evaluations - evaluations, 3)
  for (const poll of polls) t.equal((await poll).answer.verdict, 'fail')
})

t.test('a burst of changes is evaluated at its first and once after a gap', async (t) => {
  const subject = new Subject()
  const held = subject.ask(25)
  await settled()
  const { evaluations } = subject
  for (let change = 0; change < 100; change += 1) await subject.change()
  t.equal(subject.evaluations - evaluations, 1)
  subject.state = 'fail'
  subject.load.advance(GAP)
  t.equal(subject.evaluations - evaluations, 2)
  t.equal((await held).answer.verdict, 'fail')
})

t.test('each client gets the answer of its own moment, though the question is shared', async (t) => {
  const subject = new Subject()
  const { time } = subject
  const at = (seconds: number) => new Date(seconds * 1000).toISOString()
  const began = time.now()
  const first = subject.ask(5)
  await settled()
  time.advance(2)
  const second = subject.ask(5)
  await settled()
  // A change that the throttle still holds back counts.
  await subject.change()
  await subject.become('pending')
  time.advance(3)
  t.match((await first).answer, { verdict: 'pending', evaluatedAt: at(began + 5) })
  time.advance(2)
  t.match((await second).answer, { verdict: 'pending', evaluatedAt: at(began + 7) })
  subject.state = 'fail'
  const third = subject.ask(5)
  t.match((await third).answer, { verdict: 'fail', evaluatedAt: at(began + 7) })
})

t.test('beyond the limit the oldest is released with its present answer', async (t) => {
  const subject = new Subject({ maxHeld: 2 })
  const { engine } = subject
  const polls = ['a', 'b'].map((hash) => subject.ask(25, { hash }))
  await settled()
  subject.state = 'pending'
  polls.push(subject.ask(25, { hash: 'c' }))
  t.equal((await polls[0])?.answer.verdict, 'pending')
  t.equal(engine.heldAnswers, 2)
  engine.close()
  for (const poll of polls) t.match((await poll).answer, { verdict: 'pending' })
  t.equal(engine.heldAnswers, 0)
  t.equal((await subject.ask(25)).answer.verdict, 'pending', 'none is held once it is closed')
  t.equal(subject.time.pending, 0)
})

t.test('without room, or without a wait, nothing is held', async (t) => {
  for (const [maxHeld, waitSeconds] of [
    [0, 25],
    [10, 0],
  ] as const) {
    const subject = new Subject({ maxHeld })
    t.equal((await subject.ask(waitSeconds)).answer.verdict, 'pass')
    t.equal(subject.evaluations, 1)
    t.equal(subject.time.pending, 0)
  }
})

t.test('a client that goes away ends its holding, also when it left before', async (t) => {
  const subject = new Subject()
  const gone = new AbortController()
  const held = subject.ask(25, { signal: gone.signal })
  await settled()
  t.equal(subject.engine.heldAnswers, 1)
  gone.abort()
  await held
  await subject.ask(25, { signal: gone.signal })
  t.equal(subject.engine.heldAnswers, 0)
  t.equal(subject.time.pending, 0)
})
