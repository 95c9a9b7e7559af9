import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import t, { type Test } from 'tap'
import type { Outcome } from '../../../src/notify/delivery/retries.ts'
import { Sender } from '../../../src/notify/delivery/sender.ts'
import { TargetQueue } from '../../../src/notify/delivery/target-queue.ts'
import type { PendingEvent } from '../../../src/notify/outbox/entries.ts'
import { parseNotifySettings, type Target } from '../../../src/notify/settings.ts'
import { until } from '../../cluster/watch/watching.ts'
import { ManualTime } from '../../manual-time.ts'
import { event } from '../events.ts'
import { LOCAL, Receiver } from '../receiver.ts'

const MESSAGE = { contentType: 'application/json', headers: {}, body: '{}' }

function parseTarget(url: string, more: object = {}): Target {
  const [target] = parseNotifySettings(undefined, { targets: [{ name: 'one', url, ...more }] })?.targets ?? []
  if (target === undefined) throw new TypeError('a target was expected')
  return target
}

function pending(id: string, app: string): PendingEvent {
  const targets = { one: { attempts: 0, dueAt: 0 } }
  return {
    type: 'pending',
    event: event({ id, app }),
    sequence: 1,
    enteredAt: new ManualTime().now(),
    targets,
    dead: {},
  }
}

function startQueue(t: Test, target: Target, time: ManualTime, maySend: () => boolean = () => true) {
  const outcomes: Outcome[] = []
  const { now, schedule } = time
  const sender = new Sender(target, LOCAL, now, schedule)
  const onOutcome = (_key: string, _attempts: number, outcome: Outcome) => outcomes.push(outcome)
  const queue = new TargetQueue(target, { sender, now, schedule, random: () => 0, maySend, onOutcome })
  t.teardown(() => queue.close())
  return { queue, outcomes }
}

t.test('a target gets events at its rate', async (t) => {
  const receiver = await new Receiver().start(t)
  const time = new ManualTime()
  const { queue, outcomes } = startQueue(t, parseTarget(receiver.url, { ratePerSecond: 2 }), time)
  for (const name of ['a', 'b', 'c']) queue.offer(name, pending(name, name))
  await until('the first arrives', () => outcomes.length === 1)
  t.equal(queue.length, 2)
  time.advance(0.4)
  t.equal(receiver.received.length, 1)
  time.advance(0.1)
  await until('the second arrives', () => outcomes.length === 2)
  time.advance(0.5)
  await until('all arrive', () => outcomes.length === 3)
})

t.test('a retry is sent when it is due', async (t) => {
  const receiver = await new Receiver().start(t)
  receiver.answer(503)
  const time = new ManualTime()
  const { queue, outcomes } = startQueue(t, parseTarget(receiver.url), time)
  queue.offer('a', pending('a', 'a'))
  await until('it failed', () => outcomes.length === 1)
  time.advance(4.9)
  t.equal(receiver.received.length, 1)
  time.advance(0.2)
  await until('it arrives', () => outcomes.length === 2)
  t.strictSame(
    outcomes.map(({ type }) => type),
    ['retry', 'delivered'],
  )
})

t.test('events wait while the replica may not send', async (t) => {
  const receiver = await new Receiver().start(t)
  const time = new ManualTime()
  let leads = false
  const { queue, outcomes } = startQueue(t, parseTarget(receiver.url), time, () => leads)
  queue.offer('a', pending('a', 'a'))
  time.advance(10)
  t.equal(receiver.received.length, 0)
  leads = true
  time.advance(10)
  await until('it arrives', () => outcomes.length === 1)
  t.equal(receiver.received.length, 1)
})

t.test('an attempt is aborted after 15 s', async (t) => {
  const receiver = await new Receiver().start(t)
  receiver.answer('hang')
  const time = new ManualTime()
  const { queue, outcomes } = startQueue(t, parseTarget(receiver.url), time)
  queue.offer('a', pending('a', 'a'))
  await until('it hangs', () => receiver.received.length === 1)
  time.advance(14.9)
  t.equal(outcomes.length, 0)
  time.advance(0.2)
  await until('it is aborted', () => outcomes.length === 1)
  t.strictSame(outcomes[0], { type: 'retry', afterSeconds: 5, why: 'TimeoutError' })
})

t.test('Retry-After is read in seconds and as a date', async (t) => {
  const receiver = await new Receiver().start(t)
  const time = new ManualTime()
  const sender = new Sender(parseTarget(receiver.url), LOCAL, time.now, time.schedule)
  t.teardown(() => sender.close())
  const cases = [
    ['120', 120],
    [new Date((time.now() + 90) * 1000).toUTCString(), 90],
    [new Date((time.now() - 90) * 1000).toUTCString(), 0],
    ['soon', null],
  ] as const
  for (const [header, retryAfterSeconds] of cases) {
    receiver.answer((response) => response.writeHead(429, { 'retry-after': header }).end())
    const attempt = await sender.send({ id: 'x' }, MESSAGE, new AbortController().signal)
    t.strictSame(attempt, { status: 429, retryAfterSeconds }, header)
  }
})

t.test('TLS is verified, by the authority of the target when it has its own', async (t) => {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }]
  const names = [{ name: 'commonName', value: 'receiver' }]
  const own = await generate(names, { extensions })
  const other = await generate(names, { extensions })
  const server = createServer({ cert: own.cert, key: own.private }, (request, response) => {
    request.resume()
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  t.teardown(() => server.close())
  const address = server.address()
  const url = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
  const cases = [
    ['its own', { ca: own.cert }, { status: 200 }],
    ['another', { ca: other.cert }, { status: null, error: /DEPTH_ZERO_SELF_SIGNED_CERT|SIGNATURE/ }],
    ['the usual ones', {}, { status: null, error: /SELF_SIGNED/ }],
  ] as const
  for (const [name, more, expected] of cases) {
    const sender = new Sender(parseTarget(url, more), LOCAL, () => 0)
    t.match(await sender.send({ id: 'x' }, MESSAGE, new AbortController().signal), expected, name)
    await sender.close()
  }
})
