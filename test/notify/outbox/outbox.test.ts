import t from 'tap'
import { KEYS, type Pending } from '../../../src/notify/outbox/entries.ts'
import { enter, isDisabled, makeRoom, settle, tidy } from '../../../src/notify/outbox/outbox.ts'
import { notifySettings, type Target } from '../../../src/notify/settings.ts'
import { event } from '../events.ts'
import { MemoryStore } from '../memory-store.ts'

function targetsOf(...urls: readonly (readonly [name: string, url: string])[]): readonly Target[] {
  const targets = urls.map(([name, url]) => ({ name, url }))
  return notifySettings(undefined, { targets })?.targets ?? []
}

const [GOOD, BAD] = targetsOf(['good', 'http://good.example'], ['bad', 'http://bad.example'])
if (GOOD === undefined || BAD === undefined) throw new TypeError('two targets were expected')

function pendingIn(store: MemoryStore, id: string): Pending | undefined {
  const entry = store.get(KEYS.pending('uid-1', id))
  return entry?.type === 'pending' ? entry : undefined
}

t.test('410 takes what waits from the target, also what is on its way to it', async (t) => {
  const store = new MemoryStore()
  const targets = [GOOD, BAD]
  const keys = ['1', '2'].map((id, index) => enter(store, event({ id }), targets, index, 5) ?? '')
  const [first = '', second = ''] = keys
  settle(store, first, BAD, 1, { type: 'gone' }, 6)
  tidy(store, targets, 6)
  settle(store, second, BAD, 1, { type: 'retry', afterSeconds: 5, why: 'status 500' }, 7)
  for (const id of ['1', '2']) t.strictSame(Object.keys(pendingIn(store, id)?.targets ?? {}), ['good'])
  enter(store, event({ id: '3' }), targets, 3, 8)
  t.strictSame(Object.keys(pendingIn(store, '3')?.targets ?? {}), ['good'])
})

t.test('a target that answered 410 is asked again once it has another URL', async (t) => {
  const store = new MemoryStore()
  settle(store, 'uid-1/none', BAD, 1, { type: 'gone' }, 6)
  t.equal(isDisabled(store, BAD), true)
  const [moved] = targetsOf(['bad', 'http://moved.example'])
  t.equal(moved === undefined || isDisabled(store, moved), false)
})

t.test(
  'where room is short, what nobody waits for goes first, and nothing of a target that works',
  async (t) => {
    const store = new MemoryStore(8)
    const onlyBad = { ...BAD, apps: ['broken'] }
    for (const [index, id] of ['1', '2', '3', '4'].entries())
      enter(store, event({ id, app: 'broken' }), [onlyBad], index, 5)
    for (const [index, id] of ['5', '6', '7'].entries())
      enter(store, event({ id }), [GOOD, BAD], 10 + index, 5)
    const dead = enter(store, event({ id: '8' }), [BAD], 20, 5) ?? ''
    settle(store, dead, BAD, 1, { type: 'dead', why: 'status 400' }, 6)
    t.equal(store.hasRoom(), false)
    t.strictSame(
      makeRoom(store, 'uid-1', (name) => name === 'bad'),
      [],
      'what was given up was enough',
    )
    t.equal(pendingIn(store, '8'), undefined)
    enter(store, event({ id: '9' }), [GOOD], 21, 5)
    t.strictSame(
      makeRoom(store, 'uid-1', () => false),
      [],
      'no target fails: they are waited for',
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
  },
)
