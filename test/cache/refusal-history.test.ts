// What is remembered of refused pods that their controller deleted: as much as of one, however many there were.
import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { RefusalHistory } from '../../src/cache/refusal-history.ts'
import type { Pod } from '../../src/model/pod.ts'
import { podOf } from '../rules/facts.ts'

function refused(createdAt: number, rest: Partial<Pod> = {}, owner = 'set'): Pod {
  return podOf({
    name: 'web-0',
    uid: `web-0 ${createdAt}`,
    createdAt,
    phase: 'Failed',
    reason: 'SysctlForbidden',
    ready: false,
    readySince: 0,
    containers: [],
    labels: { 'controller-revision-hash': 'new' },
    owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: owner },
    ...rest,
  })
}

function remember(...pods: readonly Pod[]): RefusalHistory {
  const history = new RefusalHistory()
  for (const pod of pods) history.removePod(pod, pod.createdAt + 1)
  return history
}

t.test('a row of refusals is one entry, with its span and its nodes', async (t) => {
  const pods = Array.from({ length: 500 }, (_, at) => refused(1_000 + at, { node: `node-${at % 5}` }))
  t.same(remember(...pods).ownedBy('set'), [
    {
      owner: 'set',
      revision: 'new',
      reason: 'SysctlForbidden',
      message: '',
      name: 'web-0',
      count: 500,
      firstAt: 1_000,
      lastAt: 1_499,
      nodes: ['node-4', 'node-3'],
    },
  ])
})

t.test('a new row begins after a pause that is long for the row', async (t) => {
  const counts = (...times: number[]) =>
    remember(...times.map((at) => refused(at)))
      .ownedBy('set')
      .map(({ count }) => count)
  t.same(counts(1_000, 1_060), [2])
  t.same(counts(1_000, 1_061), [1])
  t.same(counts(1_000, 1_060, 1_210), [3], 'a controller that waits longer and longer')
})

t.test('revisions and reasons are told apart, owners too', async (t) => {
  const history = remember(
    refused(1_000),
    refused(1_001, { reason: 'AppArmor' }),
    refused(1_002, { labels: {} }),
    refused(1_003, {}, 'other'),
  )
  t.equal(history.ownedBy('set').length, 3)
  t.equal(history.ownedBy('other').length, 1)
  t.same(history.ownedBy('none'), [])
})

t.test('what is no refusal is not remembered', async (t) => {
  const history = remember(refused(1_000, { phase: 'Running' }), refused(1_000, { owner: null }))
  history.removePod(refused(1_000), 5_000)
  t.same(history.ownedBy('set'), [], 'nor is a pod that was old: it ran')
})

t.test('it is bounded in owners, in rows and in time', async (t) => {
  const history = new RefusalHistory()
  for (let at = 0; at < 3_000; at += 1) history.removePod(refused(1_000, {}, `set-${at}`), 1_000)
  t.same(history.ownedBy('set-0'), [])
  t.equal(history.ownedBy('set-2999').length, 1)
  for (let at = 0; at < 20; at += 1) history.removePod(refused(1_000, { reason: `R${at}` }), 1_000)
  t.equal(history.ownedBy('set').length, 8)
  history.removePod(refused(9_000, {}, 'later'), 9_000)
  t.same(history.ownedBy('set-2999'), [])
})

t.test('the cache notes the end of each refused pod, also when its successor takes its name', async (t) => {
  const cache = new ClusterCache()
  cache.apply('pods', 'ADDED', refused(1_000), 1_000)
  cache.apply('pods', 'ADDED', refused(1_002), 1_002)
  t.equal(cache.refusals.ownedBy('set')[0]?.count, 1)
  cache.apply('pods', 'DELETED', refused(1_002), 1_003)
  t.equal(cache.refusals.ownedBy('set')[0]?.count, 2)
})
