import t from 'tap'
import { KEYS, type PendingEvent } from '../../../src/notify/outbox/entries.ts'
import { addEvent, isDisabled, makeRoom, prune, recordOutcome } from '../../../src/notify/outbox/outbox.ts'
import { parseNotifySettings, type Target } from '../../../src/notify/settings.ts'
import { event } from '../events.ts'
import { MemoryStore } from '../memory-store.ts'

function parseTargets(...urls: readonly (readonly [name: string, url: string])[]): readonly Target[] {
  const targets = urls.map(([name, url]) => ({ name, url }))
  return parseNotifySettings(undefined, { targets })?.targets ?? []
}

const [GOOD, BAD] = parseTargets(['good', 'http://good.example'], ['bad', 'http://bad.example'])
if (GOOD === undefined || BAD === undefined) throw new TypeError('two targets were expected')

function getPending(store: MemoryStore, id: string): PendingEvent | undefined {
  const entry = store.get(KEYS.pending('uid-1', id))
  return entry?.type === 'pending' ? entry : undefined
}

t.test('410 removes the deliveries of the target, also running ones', async (t) => {
  const store = new MemoryStore()
  const targets = [GOOD, BAD]
  const keys = ['1', '2'].map((id, index) => addEvent(store, event({ id }), targets, index, 5) ?? '')
  const [first = '', second = ''] = keys
  recordOutcome(store, first, BAD, 1, { type: 'gone' }, 6)
  prune(store, targets, 6)
  recordOutcome(store, second, BAD, 1, { type: 'retry', afterSeconds: 5, why: 'status 500' }, 7)
  for (const id of ['1', '2']) t.strictSame(Object.keys(getPending(store, id)?.targets ?? {}), ['good'])
  addEvent(store, event({ id: '3' }), targets, 3, 8)
  t.strictSame(Object.keys(getPending(store, '3')?.targets ?? {}), ['good'])
})

t.test('a disabled target is enabled again by another URL', async (t) => {
  const store = new MemoryStore()
  recordOutcome(store, 'uid-1/none', BAD, 1, { type: 'gone' }, 6)
  t.equal(isDisabled(store, BAD), true)
  const [moved] = parseTargets(['bad', 'http://moved.example'])
  t.equal(moved === undefined || isDisabled(store, moved), false)
})

t.test('a full shard drops given-up events first, and none of a target that works', async (t) => {
  const store = new MemoryStore(8)
  const onlyBad = { ...BAD, apps: ['broken'] }
  for (const [index, id] of ['1', '2', '3', '4'].entries())
    addEvent(store, event({ id, app: 'broken' }), [onlyBad], index, 5)
  for (const [index, id] of ['5', '6', '7'].entries())
    addEvent(store, event({ id }), [GOOD, BAD], 10 + index, 5)
  const dead = addEvent(store, event({ id: '8' }), [BAD], 20, 5) ?? ''
  recordOutcome(store, dead, BAD, 1, { type: 'dead', why: 'status 400' }, 6)
  t.equal(store.hasRoom(), false)
  t.strictSame(
    makeRoom(store, 'uid-1', (name) => name === 'bad'),
    [],
    'removing the given-up event was enough',
  )
  t.equal(getPending(store, '8'), undefined)
  addEvent(store, event({ id: '9' }), [GOOD], 21, 5)
  t.strictSame(
    makeRoom(store, 'uid-1', () => false),
    [],
    'no target is failing',
  )
  const dropped = makeRoom(store, 'uid-1', (name) => name === 'bad')
  t.strictSame(
    dropped.map(
      ([
        ,
        {
          event: { id },
        },
      ]) => id,
    ),
    ['1'],
    'the oldest',
  )
  t.equal(store.hasRoom(), true)
})
