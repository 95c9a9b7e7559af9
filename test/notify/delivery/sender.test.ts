import { createServer } from 'node:http'
import t from 'tap'
import { realSchedule } from '../../../src/lib/schedule.ts'
import { decideOutcome, type Outcome, RETRY_DELAYS } from '../../../src/notify/delivery/retries.ts'
import { Sender } from '../../../src/notify/delivery/sender.ts'
import { TargetQueue } from '../../../src/notify/delivery/target-queue.ts'
import type { AppEvent } from '../../../src/notify/event.ts'
import type { PendingEvent } from '../../../src/notify/outbox/entries.ts'
import { parseNotifySettings, type Target } from '../../../src/notify/settings.ts'
import { HttpProxy } from '../../cluster/client/front.ts'
import { until } from '../../cluster/watch/watching.ts'
import { event } from '../events.ts'
import { LOCAL, Receiver } from '../receiver.ts'

function targetOf(url: string, more: object = {}): Target {
  const [target] = parseNotifySettings(undefined, { targets: [{ name: 'one', url, ...more }] })?.targets ?? []
  if (target === undefined) throw new TypeError('a target was expected')
  return target
}

/** No jitter. */
const exactly = () => 0

function pending(one: AppEvent): PendingEvent {
  const targets = { one: { attempts: 0, dueAt: 0 } }
  return { type: 'pending', event: one, sequence: 1, enteredAt: Date.now() / 1000, targets, dead: {} }
}

function startQueue(
  t: { teardown(handler: () => Promise<void>): void },
  target: Target,
  now = () => Date.now() / 1000,
) {
  const outcomes: Outcome[] = []
  const sender = new Sender(target, LOCAL, now)
  const onOutcome = (_key: string, _attempts: number, outcome: Outcome) => outcomes.push(outcome)
  const made = new TargetQueue(target, {
    sender,
    now,
    schedule: realSchedule,
    random: exactly,
    maySend: () => true,
    onOutcome,
  })
  t.teardown(() => made.close())
  return { made, outcomes }
}

t.test('what an attempt comes to', async (t) => {
  const answered = (status: number, retryAfterSeconds: number | null = null) => ({
    status,
    retryAfterSeconds,
  })
  for (const status of [200, 204]) t.equal(decideOutcome(answered(status), 1, 0, exactly).type, 'delivered')
  for (const status of [301, 302, 400, 401, 404])
    t.equal(decideOutcome(answered(status), 1, 0, exactly).type, 'dead', `${status}`)
  for (const status of [408, 425, 429, 500, 503])
    t.strictSame(
      decideOutcome(answered(status), 1, 0, exactly),
      { type: 'retry', afterSeconds: 5, why: `status ${status}` },
      `${status}`,
    )
  t.equal(decideOutcome(answered(410), 1, 0, exactly).type, 'gone')
  t.strictSame(
    decideOutcome(answered(429, 60), 1, 0, exactly),
    { type: 'retry', afterSeconds: 60, why: 'status 429' },
    'Retry-After',
  )
  t.strictSame(
    decideOutcome(answered(503, 1), 2, 0, exactly),
    { type: 'retry', afterSeconds: 300, why: 'status 503' },
    'never sooner than planned',
  )
  t.strictSame(
    decideOutcome(answered(503), 2, 0, () => 0.5),
    { type: 'retry', afterSeconds: 315, why: 'status 503' },
    'not all at once',
  )
  t.match(decideOutcome({ status: null, error: 'ECONNREFUSED' }, RETRY_DELAYS.length, 0, exactly), {
    type: 'dead',
    why: 'ECONNREFUSED, after 8 attempts',
  })
  const schedule = RETRY_DELAYS.reduce((sum: number, pause) => sum + pause, 0)
  t.match(
    [schedule, schedule + 1].map((age) => decideOutcome(answered(503), 1, age, exactly)),
    [{ type: 'retry' }, { type: 'dead', why: 'status 503, after 1 attempt' }],
    'what waited behind others as long as the whole schedule gets none of its own',
  )
})

t.test('a failed delivery is repeated with the same id, and those behind it wait', async (t) => {
  const receiver = await new Receiver().start(t)
  receiver.answer(500)
  let skipped = 0
  const { made, outcomes } = startQueue(t, targetOf(receiver.url), () => Date.now() / 1000 + skipped)
  made.offer('a', pending(event({ id: 'first' })))
  made.offer('b', pending(event({ id: 'second' })))
  made.offer('c', pending(event({ id: 'other', app: 'other' })))
  await until('the first fails, the event of another app arrives', () => outcomes.length === 2)
  t.same(
    receiver.received.map(({ headers }) => headers['webhook-id']),
    ['first', 'other'],
  )
  t.equal(made.length, 2)
  t.equal(made.oldest, 1_700_000_000)
  skipped = 5
  // Any event makes it look again; else its timer would.
  made.offer('d', pending(event({ id: 'third', app: 'third' })))
  await until('all arrive', () => outcomes.length === 5)
  const ids = receiver.received.map(({ headers }) => String(headers['webhook-id']))
  t.same(
    ids.filter((id) => id === 'first' || id === 'second'),
    ['first', 'first', 'second'],
  )
})

t.test('a target that is gone gets nothing more', async (t) => {
  const receiver = await new Receiver().start(t)
  receiver.answer(410)
  const { made, outcomes } = startQueue(t, targetOf(receiver.url))
  made.offer('a', pending(event({ id: 'first' })))
  made.offer('b', pending(event({ id: 'second' })))
  await until('gone', () => outcomes.length === 1)
  t.same([outcomes[0]?.type, made.length, receiver.received.length], ['gone', 0, 1])
})

t.test('redirects are not followed, and a target that hangs holds up no other', async (t) => {
  const elsewhere = await new Receiver().start(t)
  const receiver = await new Receiver().start(t)
  const hanging = await new Receiver().start(t)
  hanging.answer('hang')
  receiver.answer((response) => response.writeHead(302, { location: elsewhere.url }).end())
  const stuck = startQueue(t, targetOf(hanging.url))
  stuck.made.offer('a', pending(event({ id: 'first' })))
  await until('it hangs', () => hanging.received.length === 1)
  const { made, outcomes } = startQueue(t, targetOf(receiver.url))
  made.offer('a', pending(event({ id: 'first' })))
  await until('answered', () => outcomes.length === 1)
  t.match(outcomes[0], { type: 'dead', why: 'status 302' })
  t.equal(elsewhere.received.length, 0)
  t.equal(stuck.outcomes.length, 0)
})

t.test('an answer without end is not read to its end', async (t) => {
  const endless = createServer((_request, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(64 * 1024)
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', () => resolve()))
  t.teardown(() => {
    endless.closeAllConnections()
    endless.close()
  })
  const address = endless.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { made, outcomes } = startQueue(t, targetOf(`http://127.0.0.1:${port}/`))
  made.offer('a', pending(event({ id: 'first' })))
  await until('an outcome', () => outcomes.length === 1)
  t.equal(outcomes[0]?.type, 'delivered')
})

t.test('loopback and link-local are refused, also behind a name', async (t) => {
  for (const host of [
    '127.0.0.1:1',
    '[::1]:1',
    'localhost:1',
    '[::ffff:127.0.0.1]:1',
    '169.254.169.254',
    '0.0.0.0:1',
  ]) {
    const sender = new Sender(
      targetOf(`http://${host}/`),
      { allowLoopback: host.startsWith('169'), env: {} },
      () => 0,
    )
    t.teardown(() => sender.close())
    const attempt = await sender.send(
      { id: 'x' },
      { contentType: 'a/b', headers: {}, body: '' },
      new AbortController().signal,
    )
    t.match(attempt, { status: null, error: /refused$/ }, host)
  }
})

t.test('through a proxy of the environment', async (t) => {
  const proxy = await new HttpProxy().start(t)
  const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }
  const target = targetOf('http://hooks.example/x')
  const message = { body: '{}', contentType: 'application/json', headers: {} }
  const send = async (one: Target) => {
    const sender = new Sender(one, { allowLoopback: false, env }, () => 0)
    t.teardown(() => sender.close())
    return sender.send({ id: 'e1' }, message, new AbortController().signal)
  }
  t.match(await send(target), { status: 200 })
  t.strictSame(proxy.asked, ['POST http://hooks.example/x'], 'the proxy looks the name up')
  t.match(await send(targetOf('http://169.254.169.254/')), { status: null }, 'an address is still refused')
  t.equal(proxy.asked.length, 1)
})
