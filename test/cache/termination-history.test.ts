import t from 'tap'
import { TerminationHistory } from '../../src/cache/termination-history.ts'
import type { ContainerStatus, Pod, Terminated } from '../../src/model/pod.ts'
import { backOff, end, NOW, pod, running, status } from './ended-pods.ts'

/** A restart of all containers as a kubelet 1.37 reports it: it counts the start at once, and gives neither times nor ID. */
const RESTARTING: ContainerStatus['state'] = {
  type: 'waiting',
  reason: 'RestartingAllContainers',
  message: '',
}
const REMOVED = end('', 0, { exitCode: 137, reason: 'RestartingAllContainers', startedAt: 0, finishedAt: 0 })

const ends = (ledger: TerminationHistory, uid = 'u1') =>
  (ledger.byUid(uid)?.containers[0]?.terminations ?? []).map(({ at, count }) => [at - NOW, count])

t.test('each end is counted once, in whichever states it is shown', async (t) => {
  const ledger = new TerminationHistory()
  ledger.observe(pod(status(0, running(NOW), null)), NOW)
  t.equal(ledger.size, 0, 'a pod without an end costs nothing')
  ledger.observe(pod(status(0, end('a', NOW + 5), null)), NOW + 5)
  ledger.observe(pod(status(0, backOff, end('a', NOW + 5))), NOW + 6)
  ledger.observe(pod(status(1, running(NOW + 15), end('a', NOW + 5))), NOW + 15)
  t.same(ends(ledger), [[5, 1]])
  ledger.observe(pod(status(1, end('b', NOW + 20), end('a', NOW + 5))), NOW + 20)
  ledger.observe(pod(status(1, backOff, end('b', NOW + 20))), NOW + 21)
  t.same(ends(ledger), [
    [5, 1],
    [20, 1],
  ])
})

t.test('restarts between two events count, at the latest moment at which they can have been', async (t) => {
  const ledger = new TerminationHistory()
  ledger.observe(pod(status(1, running(NOW + 10), end('a', NOW + 5))), NOW + 10)
  ledger.observe(pod(status(4, running(NOW + 90), end('d', NOW + 80))), NOW + 90)
  t.same(ends(ledger), [
    [5, 1],
    [75, 2],
    [80, 1],
  ])
  t.equal(ledger.byUid('u1')?.containers[0]?.restarts, 4)
})

t.test('a restart of all containers counts each end once, and later ends still count', async (t) => {
  const ledger = new TerminationHistory()
  for (let round = 0; round < 3; round++) {
    const at = NOW + round * 10
    ledger.observe(pod(status(round, end(`crash-${round}`, at + 1), round === 0 ? null : REMOVED)), at + 1)
    ledger.observe(pod(status(round + 1, RESTARTING, REMOVED)), at + 2)
    ledger.observe(pod(status(round + 1, running(at + 3), REMOVED)), at + 3)
  }
  t.same(ends(ledger), [
    [1, 1],
    [11, 1],
    [21, 1],
  ])
  const victim = new TerminationHistory()
  victim.observe(pod(status(1, RESTARTING, REMOVED)), NOW)
  victim.observe(pod(status(1, running(NOW + 1), REMOVED)), NOW + 1)
  victim.observe(pod(status(1, end('crash', NOW + 9), REMOVED)), NOW + 9)
  t.same(ends(victim), [
    [0, 1],
    [9, 1],
  ])
})

t.test('an exit that restarted all and was never shown is that of the only container that can', async (t) => {
  const restartAll = (name: string, values: readonly number[]) => ({
    name,
    restartPolicy: '',
    restartRules: [{ action: 'RestartAllContainers', operator: 'In', exitCodes: values }],
    readinessProbe: false,
  })
  const plain = { name: 'side', restartPolicy: '', restartRules: [], readinessProbe: false }
  const cases = [
    ['its own', [restartAll('app', [42]), plain], ['Error', 42]],
    ['its own, with one of several codes', [restartAll('app', [42, 43]), plain], ['Error', 137]],
    ['of one of two', [restartAll('app', [42]), restartAll('side', [1])], ['RestartingAllContainers', 137]],
    [
      'of another one',
      [{ ...plain, name: 'app' }, restartAll('side', [1])],
      ['RestartingAllContainers', 137],
    ],
  ] as const
  for (const [title, containers, expected] of cases) {
    const spec = { restartPolicy: 'Always', containers, initContainers: [] }
    const ledger = new TerminationHistory()
    ledger.observe(pod(status(0, running(NOW), null), { spec }), NOW)
    ledger.observe(pod(status(1, RESTARTING, REMOVED), { spec }), NOW + 2)
    ledger.observe(pod(status(1, running(NOW + 3), REMOVED), { spec }), NOW + 3)
    const found = ledger.byUid('u1')?.containers[0]?.terminations ?? []
    t.strictSame(
      found.map(({ reason, exitCode, count }) => [reason, exitCode, count]),
      [[...expected, 1]],
      title,
    )
  }
})

t.test('a count that began anew goes on counting, and counts none twice', async (t) => {
  const last = (id: string, at: number) => end(id, NOW + at)
  type Shown = readonly [restarts: number, state: ContainerStatus['state'], last: Terminated | null]
  // What is shown one after the other, and the ends of it all.
  const cases: readonly (readonly [string, readonly Shown[], number])[] = [
    [
      'each restart is shown',
      [
        [5, running(NOW + 10), last('a', 9)],
        [0, running(NOW + 20), null],
        [1, running(NOW + 30), last('b', 29)],
        [2, running(NOW + 40), last('c', 39)],
      ],
      7,
    ],
    [
      'only the second is shown',
      [
        [5, running(NOW + 10), last('a', 9)],
        [0, running(NOW + 20), null],
        [2, running(NOW + 40), last('c', 39)],
      ],
      7,
    ],
    [
      'down when it begins anew',
      [
        [5, running(NOW + 10), last('a', 9)],
        [0, last('b', 29), null],
        [0, backOff, last('b', 29)],
        [1, running(NOW + 50), last('b', 29)],
      ],
      6,
    ],
    [
      'the same end is still shown',
      [
        [5, running(NOW + 10), last('a', 9)],
        [1, running(NOW + 10), last('a', 9)],
        [1, backOff, last('b', 29)],
      ],
      6,
    ],
    [
      'its end was shown before',
      [
        [5, last('b', 9), last('a', 5)],
        [1, running(NOW + 10), last('b', 9)],
      ],
      6,
    ],
  ]
  for (const [name, statuses, expected] of cases) {
    const ledger = new TerminationHistory()
    let now = NOW
    for (const [restarts, state, before] of statuses) {
      now += 10
      for (let told = 0; told < 2; told += 1) ledger.observe(pod(status(restarts, state, before)), now)
    }
    const total = ends(ledger).reduce((sum, [, count]) => sum + (count ?? 0), 0)
    t.equal(total, expected, name)
    t.equal(
      ledger.byUid('u1')?.containers[0]?.restarts,
      statuses.at(-1)?.[0],
      `${name}: restarts as last seen`,
    )
  }
})

t.test('restarts without an end to show come with the next one', async (t) => {
  const ledger = new TerminationHistory()
  ledger.observe(pod(status(1, running(NOW + 10), end('a', NOW + 5))), NOW + 10)
  ledger.observe(pod(status(3, running(NOW + 30), null)), NOW + 30)
  t.same(ends(ledger), [[5, 1]])
  ledger.observe(pod(status(4, running(NOW + 50), end('d', NOW + 49))), NOW + 50)
  t.same(ends(ledger), [
    [5, 1],
    [44, 2],
    [49, 1],
  ])
})

t.test('first seen with many restarts, all of them count; told again, none', async (t) => {
  const ledger = new TerminationHistory()
  const crashed = pod(status(5, backOff, end('f', NOW + 60)))
  ledger.observe(crashed, NOW + 61)
  ledger.observe(crashed, NOW + 62)
  const total = ends(ledger).reduce((sum, [, count]) => sum + (count ?? 0), 0)
  t.equal(total, 6)
})

t.test('a pod that is asked to go, or put out, does not crash', async (t) => {
  const cases: readonly (readonly [string, Partial<Pod>])[] = [
    ['deleting', { deletedAt: NOW + 30 }],
    ['evicted', { phase: 'Failed', reason: 'Evicted' }],
    [
      'disrupted',
      {
        conditions: [
          { type: 'DisruptionTarget', status: 'True', reason: '', message: '', since: 0, updatedAt: 0 },
        ],
      },
    ],
  ]
  for (const [name, more] of cases) {
    const ledger = new TerminationHistory()
    ledger.observe(pod(status(0, end('a', NOW + 5, { exitCode: 143 }), null), more), NOW + 5)
    t.equal(ledger.byUid('u1')?.containers[0]?.terminations[0]?.disrupted, true, name)
  }
})

t.test('crashes before a pod was asked to go count, also when both are heard of at once', async (t) => {
  const marked = (since: number): Partial<Pod> => ({
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason: '', message: '', since, updatedAt: 0 }],
  })
  const deleting = { deletedAt: NOW + 130 }
  const evicted = { phase: 'Failed', reason: 'Evicted' }
  const last = end('a', NOW + 20)
  const killed = end('b', NOW + 100, { exitCode: 143 })
  // What is shown, how the pod leaves, and of its ends, oldest first, which are part of disrupted.
  const cases: readonly (readonly [string, ContainerStatus, Partial<Pod>, readonly boolean[]])[] = [
    ['deleted in back-off', status(0, backOff, last), deleting, [false]],
    ['deleted after a restart', status(1, running(NOW + 30), last), deleting, [false]],
    ['killed after a restart', status(1, killed, last), deleting, [false, true]],
    ['killed after restarts unseen', status(3, killed, last), deleting, [false, false, true]],
    ['killed, restarts unseen only', status(3, killed, null), deleting, [false, true]],
    ['evicted after a restart', status(1, killed, last), evicted, [false, true]],
    ['marked after the end', status(0, last, null), marked(NOW + 21), [false]],
    ['marked in the same second', status(0, last, null), marked(NOW + 20), [true]],
    ['marked before the end', status(0, last, null), marked(NOW + 19), [true]],
    ['marked between', status(1, killed, last), { ...marked(NOW + 90), ...deleting }, [false, true]],
    ['marked, evicted', status(1, killed, last), { ...marked(NOW + 100), ...evicted }, [false, true]],
    ['never seen by anybody', status(0, end('c', 0), null), marked(NOW + 90), [true]],
  ]
  for (const [name, shown, more, expected] of cases) {
    const ledger = new TerminationHistory()
    ledger.observe(pod(shown, more), NOW + 110)
    const found = ledger.byUid('u1')?.containers[0]?.terminations.map(({ disrupted }) => disrupted)
    t.same(found, expected, name)
  }
})

t.test('a container that crashes for ever is counted rightly in bounded memory', async (t) => {
  const ledger = new TerminationHistory()
  for (let i = 0; i < 500; i += 1) ledger.observe(pod(status(i, end(`e${i}`, NOW + i), null)), NOW + i)
  const found = ends(ledger)
  t.ok(found.length <= 32)
  t.equal(
    found.reduce((sum, [, count]) => sum + (count ?? 0), 0),
    500,
  )
})

t.test('one end that nobody saw takes no crashes along when they are merged', async (t) => {
  const ledger = new TerminationHistory()
  for (let i = 0; i < 64; i += 1) {
    const ended = end(`e${i}`, NOW + i, i === 32 ? { exitCode: 137, reason: 'ContainerStatusUnknown' } : {})
    ledger.observe(pod(status(i, ended, null)), NOW + i)
  }
  const found = ledger.byUid('u1')?.containers[0]?.terminations ?? []
  const crashes = found.filter(({ reason }) => reason === 'Error')
  t.equal(
    crashes.reduce((sum, { count }) => sum + count, 0),
    63,
  )
})

t.test('an init container that did its work leaves no trace', async (t) => {
  const ledger = new TerminationHistory()
  const done = { ...status(0, end('i', NOW, { exitCode: 0, reason: 'Completed' }), null), name: 'init' }
  ledger.observe(pod(status(0, running(NOW), null), { initContainers: [done] }), NOW)
  t.equal(ledger.size, 0)
})
