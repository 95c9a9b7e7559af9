import t from 'tap'
import { ApiObjects } from '../../../src/cluster/client/api-objects.ts'
import { Dispatcher } from '../../../src/notify/delivery/dispatcher.ts'
import type { Outcome } from '../../../src/notify/delivery/retries.ts'
import type { NotifierOptions } from '../../../src/notify/notifier-options.ts'
import { Reconciler } from '../../../src/notify/reconcile/reconciler.ts'
import { parseNotifySettings } from '../../../src/notify/settings.ts'
import { LYNCEUS } from '../../../src/rules/policies/lynceus.ts'
import { until } from '../../cluster/watch/watching.ts'
import { ManualTime } from '../../manual-time.ts'
import { pod } from '../crashing-pod.ts'
import { MemoryStore } from '../memory-store.ts'
import { ReconcilingReplica } from '../reconciling-replica.ts'

/** Room for the baseline, and for an episode and an event of each of eight pods. */
const ROOM = 1 + 2 * 8

t.test('a full outbox keeps the events of a target until it has been failing for long', async (t) => {
  const time = new ManualTime()
  const { cache } = new ReconcilingReplica()
  const store = new MemoryStore(ROOM)
  const outcomes: Outcome[] = []
  const warnings: string[] = []
  const notify = parseNotifySettings(undefined, {
    targets: [{ name: 'failing', url: 'http://127.0.0.1:1/' }],
  })
  if (notify === null) throw new TypeError('settings were expected')
  const options: NotifierOptions = {
    settings: notify,
    view: cache,
    scope: [],
    store,
    isSynced: () => true,
    // Crash events need no request.
    objects: new ApiObjects({ request: () => Promise.reject(new Error('no request was expected')) }),
    lease: {
      isHeld: true,
      expiresIn: Number.POSITIVE_INFINITY,
      acquire: () => Promise.resolve(true),
      release: () => Promise.resolve(),
    },
    now: time.now,
    wallNow: time.now,
    schedule: time.schedule,
    random: () => 0,
    allowLoopback: true,
    env: {},
    staleAfterSeconds: 30,
    policy: LYNCEUS,
    onAttempt: (_event, _target, _attempts, outcome) => outcomes.push(outcome),
    log: { info: () => undefined, warn: (_details, message) => warnings.push(message) },
  }
  const dispatch = new Dispatcher(options, () => true)
  t.teardown(() => dispatch.close())
  const reconciler = new Reconciler(options, dispatch, 'c', 0)
  const crash = (name: string) => {
    const crashed = { ...pod(1, time.now(), null), name, uid: name, resourceVersion: name }
    cache.apply('pods', 'ADDED', crashed, time.now())
  }
  const listPods = () =>
    [...store.entries()].flatMap(([, one]) => (one.type === 'pending' ? [one.event.pod] : []))
  await reconciler.reconcile()
  const first = Array.from({ length: 8 }, (_, index) => `pod-${index}`)
  for (const name of first) {
    crash(name)
    await reconciler.reconcile()
  }
  t.strictSame(listPods(), first)
  for (const name of ['late-1', 'late-2']) crash(name)
  await until('an attempt', () => outcomes.length === 1)
  await reconciler.reconcile()
  t.equal(reconciler.withoutRoom, 2, 'they stay pending')
  t.strictSame(listPods(), first)
  time.advance(601)
  await until('another attempt', () => outcomes.length === 2)
  await reconciler.reconcile()
  t.strictSame(
    listPods(),
    [...first.slice(2), 'late-1'],
    'the oldest quarter was dropped, which is room for one',
  )
  await reconciler.reconcile()
  t.equal(reconciler.withoutRoom, 0)
  t.strictSame(listPods(), [...first.slice(4), 'late-1', 'late-2'])
  t.equal(dispatch.length, listPods().length)
  const dropped = outcomes.filter(
    (outcome) => outcome.type === 'dead' && outcome.why === 'the outbox was full',
  )
  t.equal(dropped.length, 4, 'dropped events are counted')
  const lost = 'the outbox is full: failing targets lose events'
  t.strictSame(warnings, ['the outbox is full: new events wait until it has room', lost, lost])
})
