import t from 'tap'
import { TerminationHistory } from '../../src/cache/termination-history.ts'
import type { Pod, Terminated } from '../../src/model/pod.ts'
import { end, NOW, pod, status } from './ended-pods.ts'

t.test('gone pods are remembered for an hour, in bounded memory', async (t) => {
  const ledger = new TerminationHistory()
  for (let i = 0; i < 12_000; i += 1) {
    ledger.removePod(pod(status(0, end('a', NOW), null), { uid: `u${i}`, name: `web-${i}` }), NOW + 10)
  }
  t.equal(ledger.size, 10_000)
  t.equal(ledger.byUid('u0'), undefined, 'the oldest are forgotten first')
  t.equal(ledger.byUid('u11999')?.removedAt, NOW + 10)
  t.equal(ledger.withLabel('shop', 'app', 'web').length, 10_000)
  t.equal(ledger.ownedBy('rs').length, 10_000)
  ledger.removePod(pod(status(0, end('a', NOW), null), { uid: 'late' }), NOW + 3700)
  t.equal(ledger.size, 1)
  t.equal(ledger.withLabel('shop', 'app', 'web').length, 1)
})

t.test('of too many gone pods those go first that others stand for', async (t) => {
  const owner = (uid: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid })
  const crash = end('a', NOW)
  const left = end('a', NOW, { reason: 'ContainerStatusUnknown', exitCode: 137 })
  const of = (uid: string, terminated: Terminated, of: Pod['owner']) =>
    pod(status(0, terminated, null), { uid, name: uid, owner: of })
  // Whom a flood of gone pods takes along: only those that crashed nothing and those of a revision with others.
  const cases: readonly (readonly [string, Terminated, (i: number) => Pod['owner'], boolean])[] = [
    ['without crashes', left, () => owner('other'), true],
    ['crashed ones of another owner', crash, () => owner('other'), true],
    ['crashed ones of few owners', crash, (i) => owner(`other-${i % 100}`), true],
    ['crashed ones of another revision', crash, () => owner('rs'), true],
    ['crashed ones of as many owners', crash, (i) => owner(`other-${i}`), false],
    ['crashed ones without an owner', crash, () => null, false],
  ]
  for (const [name, terminated, ownerOf, kept] of cases) {
    const ledger = new TerminationHistory()
    ledger.removePod(of('first', crash, owner('rs')), NOW)
    for (let i = 0; i < 10_001; i += 1) {
      const other = of(`u${i}`, terminated, ownerOf(i))
      ledger.removePod(
        { ...other, labels: { ...other.labels, 'controller-revision-hash': 'other' } },
        NOW + 10,
      )
    }
    t.equal(ledger.byUid('first') !== undefined, kept, name)
    t.equal(ledger.size, 10_000, `${name}: bounded`)
    ledger.removePod(of('late', crash, owner('rs')), NOW + 3700)
    t.equal(ledger.size, 1, `${name}: forgotten after an hour`)
  }
})

t.test('the crashes of a pod outlast any number of gone pods that only left', async (t) => {
  const ledger = new TerminationHistory()
  const gone = (uid: string, state: Terminated, last: Terminated | null, deletedAt: number | null) =>
    ledger.removePod(pod(status(last === null ? 0 : 1, state, last), { uid, name: uid, deletedAt }), NOW + 10)
  gone('crashed', end('b', NOW + 9), end('a', NOW), NOW + 30)
  for (let i = 0; i < 10_001; i += 1) gone(`u${i}`, end('a', NOW), null, NOW + 30)
  const [app] = ledger.byUid('crashed')?.containers ?? []
  t.same(
    app?.terminations.map(({ at, disrupted }) => [at - NOW, disrupted]),
    [
      [0, false],
      [9, true],
    ],
  )
})
