import t from 'tap'
import { MAX_IN_GRACE } from '../../src/wait/not-found-grace.ts'
import { Subject, settled } from './subject.ts'

t.test('what comes within the grace is answered', async (t) => {
  const subject = new Subject()
  subject.state = 'not-found'
  let answered = 0
  const onAnswer = (): void => {
    answered += 1
  }
  const asked = subject.ask(0, { onAnswer })
  await settled()
  subject.time.advance(0.99)
  t.equal(answered, 0)
  await subject.become('pending')
  t.equal((await asked).answer.verdict, 'pending')
  t.equal(answered, 1)
  t.equal(subject.time.pending + subject.load.pending, 0, 'nothing is left behind')
})

t.test('after 1 s it is believed, with the error of the first look', async (t) => {
  const subject = new Subject()
  subject.state = 'not-found'
  let failed = false
  const asked = subject.ask(25).catch((error: unknown) => {
    failed = true
    return String(error)
  })
  await settled()
  await subject.change()
  subject.time.advance(0.999)
  await settled()
  t.notOk(failed)
  subject.time.advance(0.001)
  t.match(await asked, /not there at evaluation 1$/)
  t.equal(subject.time.pending + subject.load.pending, 0)
})

t.test('a change that the throttle holds back at the end of the grace still counts', async (t) => {
  const subject = new Subject()
  subject.state = 'not-found'
  const asked = subject.ask(0)
  await settled()
  await subject.change()
  await subject.become('pass')
  subject.time.advance(1)
  t.equal((await asked).answer.verdict, 'pass')
})

t.test('what an open watch of the question knew before does not count', async (t) => {
  const subject = new Subject()
  const held = subject.ask(25)
  await settled()
  await subject.change()
  // The target is deleted, and the throttle holds that back from the watch.
  await subject.become('not-found')
  const asked = t.rejects(subject.ask(0), { name: 'NotFoundError' })
  await settled()
  subject.time.advance(1)
  await asked
  subject.state = 'pass'
  subject.engine.close()
  t.equal((await held).answer.verdict, 'pass')
})

t.test('other errors are no reason to wait', async (t) => {
  const subject = new Subject()
  subject.state = 'unavailable'
  await t.rejects(subject.ask(25), { name: 'UnavailableError' })
  subject.state = 'not-found'
  const unavailable = subject.ask(0)
  const broken = subject.ask(0, { hash: 'bbb' })
  await settled()
  const outcomes = Promise.allSettled([unavailable, broken])
  await subject.become('unavailable')
  t.match(await outcomes, [
    { reason: { name: 'UnavailableError' } },
    { reason: { name: 'UnavailableError' } },
  ])
  subject.state = 'not-found'
  const again = subject.ask(0)
  await settled()
  const rejected = t.rejects(again, { message: 'a bug' })
  await subject.become(new TypeError('a bug'))
  await rejected
})

t.test('the grace is bounded: one question more fails at once, until another one ends', async (t) => {
  const subject = new Subject()
  subject.state = 'not-found'
  const waiting = Array.from({ length: MAX_IN_GRACE }, (_, index) => subject.ask(0, { hash: `h${index}` }))
  await settled()
  const { pending } = subject.time
  await t.rejects(subject.ask(0, { hash: 'one-more' }), { name: 'NotFoundError' })
  t.equal(subject.time.pending, pending, 'no timer for it')
  subject.state = 'pass'
  t.equal((await subject.ask(0, { hash: 'there' })).answer.verdict, 'pass', 'what is there is answered')
  await subject.change()
  const verdicts = new Set((await Promise.all(waiting)).map(({ answer }) => answer.verdict))
  t.same(verdicts, new Set(['pass']))
  subject.state = 'not-found'
  const next = subject.ask(0)
  await settled()
  subject.load.advance(1)
  await subject.become('pass')
  t.equal((await next).answer.verdict, 'pass')
})
