import t from 'tap'
import { SyncState } from '../../../src/cluster/watch/sync-state.ts'
import type { WatchState } from '../../../src/model/watch-state.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { until, Watching } from './watching.ts'

type Tap = { teardown(handler: () => Promise<void>): void }

/** Watches pods of an API that sends no bookmarks; nothing is proven by time, as that would take 50 s. */
async function quiet(t: Tap, refusesWatchList: boolean) {
  const cluster = new EmbeddedCluster()
  const api = await new EmbeddedApi(cluster, { bookmarkEveryMs: 3_600_000 }).start()
  api.faults.refuseWatchList = refusesWatchList
  const begun = Date.now() / 1000
  const watching = new Watching(api, { timing: { catchUpSeconds: 5 } })
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
  })
  await until('working', () => watching.state() === 'working')
  return { api, watching, begun }
}

t.test('a list is as old as its beginning when the watch after it can not go on', async (t) => {
  const { api, watching, begun } = await quiet(t, true)
  const listed = Date.now() / 1000
  await until('later', () => Date.now() / 1000 > listed + 0.05)
  api.faults.expireWatches()
  await until('broken', () => watching.states.some(({ state }) => state.type === 'broken'))
  const since = brokenSince(watching.states.map(({ state }) => state))
  t.ok(begun <= since && since <= listed, `${begun} <= ${since} <= ${listed}`)
})

t.test('initial objects that came to their end are proven', async (t) => {
  const { api, watching } = await quiet(t, false)
  const listed = Date.now() / 1000
  await until('later', () => Date.now() / 1000 > listed + 0.05)
  api.faults.expireWatches()
  await until('broken', () => watching.states.some(({ state }) => state.type === 'broken'))
  t.ok(brokenSince(watching.states.map(({ state }) => state)) > listed)
})

const CATCH_UP = 0.02
const context = (now: () => number) => ({
  now,
  random: () => 0,
  timing: {
    idleSeconds: 60,
    replaceSeconds: 60,
    catchUpSeconds: CATCH_UP,
    absentSeconds: 1,
    healthySeconds: 120,
  },
})

/** A watch that worked until 100 and was resumed at 130, taken to work as its time to catch up has passed. */
async function resumed() {
  const time = { now: 100 }
  const states: WatchState[] = []
  const sync = new SyncState(
    (state) => states.push(state),
    context(() => time.now),
  )
  sync.onSynced()
  sync.onBroken(100)
  sync.onEnded()
  time.now = 130
  sync.onResumed()
  await until('caught up', () => states.at(-1)?.type === 'working')
  return { time, states, sync }
}

type Resumed = Awaited<ReturnType<typeof resumed>>

const ENDS: readonly (readonly [name: string, before: (watch: Resumed) => void, since: number])[] = [
  ['before anything proved it', () => undefined, 100],
  ['after a bookmark', ({ sync }) => sync.onBookmark(), 130.1],
  [
    'with its first event',
    ({ time, sync }) => {
      time.now = 130.1
      sync.onEvent()
    },
    100,
  ],
  ['a while after its first event', ({ sync }) => sync.onEvent(), 130.1],
  [
    'a long time after',
    ({ time }) => {
      time.now = 131
    },
    131,
  ],
]

t.test('a resumed watch that fails is as old as it was, unless it was proven meanwhile', async (t) => {
  for (const [name, before, since] of ENDS) {
    const watch = await resumed()
    before(watch)
    watch.time.now = Math.max(watch.time.now, 130.1)
    watch.sync.onBroken(watch.time.now)
    t.strictSame(watch.states.at(-1), { type: 'broken', since }, name)
    watch.sync.stop()
  }
})

t.test('one that fails again and again stays as old as it was', async (t) => {
  const { time, states, sync } = await resumed()
  for (const failed of [130.05, 160.05, 190.05]) {
    time.now = failed
    sync.onBroken(failed)
    sync.onEnded()
    t.strictSame(states.at(-1), { type: 'broken', since: 100 })
    time.now = failed + 29.95
    sync.onResumed()
    await until('caught up', () => states.at(-1)?.type === 'working')
  }
  sync.stop()
})

t.test('a doubt about a watch that never worked does not make the objects younger', async (t) => {
  const { time, states, sync } = await resumed()
  sync.onBroken(130.05)
  sync.onEnded()
  // E.g. the initial objects did not come.
  time.now = 220
  sync.onIdle(130)
  sync.onEnded()
  time.now = 221
  sync.onResumed()
  await until('caught up', () => states.at(-1)?.type === 'working')
  sync.onBroken(221)
  t.strictSame(states.at(-1), { type: 'broken', since: 100 })
  sync.stop()
})

t.test('a process that stood still gives a resumed watch its time to catch up anew', async (t) => {
  const { time, states, sync } = await resumed()
  sync.onBroken(130)
  sync.onEnded()
  sync.onResumed()
  const told = states.length
  let looks = 0
  const moving = setInterval(() => {
    // Each time the timer rings it is late, until the process goes on.
    looks += 1
    if (looks < 20) time.now += 60
  }, 5)
  await until('looked', () => looks >= 19)
  t.equal(states.length, told)
  await until('caught up', () => states.length > told)
  clearInterval(moving)
  t.strictSame(states.at(-1), { type: 'working' })
  sync.stop()
})

function brokenSince(states: readonly WatchState[]): number {
  for (const state of states) if (state.type === 'broken') return state.since
  return Number.NaN
}
