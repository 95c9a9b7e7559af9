import t from 'tap'
import { ApiObjects } from '../../../src/cluster/client/api-objects.ts'
import { Dispatch } from '../../../src/notify/delivery/dispatch.ts'
import type { Outcome } from '../../../src/notify/delivery/retries.ts'
import type { NotifierOptions } from '../../../src/notify/notifier-options.ts'
import { Reconciler } from '../../../src/notify/reconcile/reconciler.ts'
import { notifySettings } from '../../../src/notify/settings.ts'
import { LYNCEUS } from '../../../src/rules/policies/lynceus.ts'
import { until } from '../../cluster/watch/watching.ts'
import { ManualTime } from '../../manual-time.ts'
import { pod } from '../crashing-pod.ts'
import { Looking } from '../looking.ts'
import { MemoryStore } from '../memory-store.ts'

/** The episodes of so many pods, an event of each, and the beginning. */
const ROOM = 1 + 2 * 8

t.test(
  'a full ledger waits for a target; one that has long been failing loses its oldest events',
  async (t) => {
    const time = new ManualTime()
    const { cache } = new Looking()
    const store = new MemoryStore(ROOM)
    const outcomes: Outcome[] = []
    const warnings: string[] = []
    const notify = notifySettings(undefined, { targets: [{ name: 'down', url: 'http://127.0.0.1:1/' }] })
    if (notify === null) throw new TypeError('settings were expected')
    const options: NotifierOptions = {
      settings: notify,
      view: cache,
      scope: [],
      store,
      synced: () => true,
      // Crashes are told without asking for anything.
      objects: new ApiObjects({ request: () => Promise.reject(new Error('nothing is asked for here')) }),
      lease: {
        held: true,
        freeIn: Number.POSITIVE_INFINITY,
        acquire: () => Promise.resolve(true),
        release: () => Promise.resolve(),
      },
      now: time.now,
      wallNow: time.now,
      schedule: time.schedule,
      random: () => 0,
      allowLoopback: true,
      staleAfterSeconds: 30,
      policy: LYNCEUS,
      attempted: (_event, _target, _attempts, outcome) => outcomes.push(outcome),
      log: { info: () => undefined, warn: (_details, message) => warnings.push(message) },
    }
    const dispatch = new Dispatch(options, () => true)
    t.teardown(() => dispatch.close())
    const teller = new Reconciler(options, dispatch, 'c', 0)
    const crash = (name: string) => {
      const crashed = { ...pod(1, time.now(), null), name, uid: name, resourceVersion: name }
      cache.apply('pods', 'ADDED', crashed, time.now())
    }
    const told = () =>
      [...store.entries()].flatMap(([, one]) => (one.type === 'pending' ? [one.event.pod] : []))
    await teller.tell()
    const first = Array.from({ length: 8 }, (_, index) => `pod-${index}`)
    for (const name of first) {
      crash(name)
      await teller.tell()
    }
    t.strictSame(told(), first)
    for (const name of ['late-1', 'late-2']) crash(name)
    await until('an attempt', () => outcomes.length === 1)
    await teller.tell()
    t.equal(teller.withoutRoom, 2, 'they wait in the cluster')
    t.strictSame(told(), first)
    time.advance(601)
    await until('another attempt', () => outcomes.length === 2)
    await teller.tell()
    t.strictSame(told(), [...first.slice(2), 'late-1'], 'the oldest quarter went, which is room for one')
    await teller.tell()
    t.equal(teller.withoutRoom, 0)
    t.strictSame(told(), [...first.slice(4), 'late-1', 'late-2'])
    t.equal(dispatch.length, told().length)
    const full = outcomes.filter(
      (outcome) => outcome.type === 'dead' && outcome.why === 'the ledger was full',
    )
    t.equal(full.length, 4, 'what went is counted')
    const lost = 'the ledger is full: targets that fail lose events'
    t.strictSame(warnings, ['the ledger is full: events wait in the state of the cluster', lost, lost])
  },
)
