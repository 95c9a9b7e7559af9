import fc from 'fast-check'
import t from 'tap'
import {
  AttemptHistory,
  compareDeliveries,
  type Delivery,
  listDeliveries,
} from '../../../src/notify/delivery/deliveries.ts'
import { buildPage } from '../../../src/notify/delivery/delivery-page.ts'
import type { Outcome } from '../../../src/notify/delivery/retries.ts'
import type { Entry, OutboxView, PendingEvent } from '../../../src/notify/outbox/entries.ts'
import { event } from '../events.ts'

function buildOutbox(...all: readonly PendingEvent[]): OutboxView {
  const entries = new Map<string, Entry>(all.map((one) => [one.event.id, one]))
  return { get: (key) => entries.get(key), entries: () => entries }
}

function pending(id: string, attempts: number, dead: PendingEvent['dead'] = {}): PendingEvent {
  const targets = Object.keys(dead).length > 0 ? {} : { chat: { attempts, dueAt: 2_000_000_000 } }
  return { type: 'pending', event: event({ id }), sequence: 1, enteredAt: 1_700_000_000, targets, dead }
}

function buildHistory(...outcomes: readonly (readonly [id: string, attempts: number, outcome: Outcome])[]) {
  const history = new AttemptHistory()
  for (const [id, attempts, outcome] of outcomes)
    history.add(event({ id }), 'chat', attempts, outcome, 1_700_000_009)
  return history
}

const failed: Outcome = { type: 'retry', afterSeconds: 5, why: 'status 500' }

t.test('outbox and history make one list', async (t) => {
  const cases: readonly (readonly [name: string, OutboxView, AttemptHistory, readonly object[]])[] = [
    [
      'not tried yet',
      buildOutbox(pending('a', 0)),
      buildHistory(),
      [{ outcome: 'pending', attempts: 0, why: null, dueAt: null }],
    ],
    [
      'failed by this process',
      buildOutbox(pending('a', 1)),
      buildHistory(['a', 1, failed]),
      [
        {
          outcome: 'retry',
          attempts: 1,
          why: 'status 500',
          attemptedAt: 1_700_000_009,
          dueAt: 2_000_000_000,
        },
      ],
    ],
    [
      'failed again at another replica',
      buildOutbox(pending('a', 3)),
      buildHistory(['a', 1, failed]),
      [{ outcome: 'retry', attempts: 3, why: null, attemptedAt: null }],
    ],
    [
      'given up by another replica',
      buildOutbox(pending('a', 0, { chat: 'status 404' })),
      buildHistory(),
      [{ outcome: 'dead', why: 'status 404', attemptedAt: null, dueAt: null }],
    ],
    [
      'delivered, not yet recorded in the outbox',
      buildOutbox(pending('a', 1)),
      buildHistory(['a', 2, { type: 'delivered' }]),
      [{ outcome: 'delivered', attempts: 2, why: null, dueAt: null }],
    ],
    [
      'gone',
      buildOutbox(),
      buildHistory(['a', 1, { type: 'gone' }]),
      [{ outcome: 'gone', why: 'status 410' }],
    ],
    ['failed here, completed by another replica', buildOutbox(), buildHistory(['a', 1, failed]), []],
  ]
  for (const [name, outbox, history, expected] of cases)
    t.match(listDeliveries(outbox, history), expected, name)
})

t.test('the history forgets the oldest attempt first', async (t) => {
  const history = new AttemptHistory(2)
  for (const id of ['a', 'b', 'a', 'c']) history.add(event({ id }), 'chat', 1, { type: 'delivered' }, 0)
  t.same(
    [...history.all()].map((one) => one.event.id),
    ['a', 'c'],
  )
})

t.test('pages of any size make up the whole list, in its order', async () => {
  const item = fc.record({
    id: fc.string({ maxLength: 3 }),
    target: fc.constantFrom('a', 'b'),
    at: fc.nat(3),
  })
  const items = fc.uniqueArray(item, { selector: ({ id, target }) => `${id} ${target}`, maxLength: 30 })
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 7 }), (given, limit) => {
      const all = given
        .map(({ id, target, at }): Delivery => {
          const rest = { attempts: 0, why: null, attemptedAt: null, dueAt: null }
          return { event: event({ id, at }), target, outcome: 'pending', ...rest }
        })
        .toSorted(compareDeliveries)
      const report = { leading: true, leader: null, disabled: [], deliveries: all }
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = buildPage(report, limit, after)
        if (page.items.length > limit) return false
        seen.push(...page.items.map(({ id, target }) => `${id} ${target}`))
        if (page.remaining !== all.length - seen.length) return false
        after = page.continue ?? undefined
      } while (after !== undefined)
      return seen.join('|') === all.map((one) => `${one.event.id} ${one.target}`).join('|')
    }),
  )
})

t.test('an unknown token is refused', async (t) => {
  const report = { leading: true, leader: null, disabled: [], deliveries: [] }
  for (const token of [
    'x',
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
  ])
    t.throws(() => buildPage(report, 1, token), { name: 'InvalidQuestionError' })
})
