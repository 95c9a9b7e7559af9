// What is remembered of evicted pods that their controller deleted at once.
import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { EvictionHistory } from '../../src/cache/eviction-history.ts'
import type { Pod } from '../../src/model/pod.ts'
import { podOf, running } from '../rules/facts.ts'

function evicted(endedAt: number, rest: Partial<Pod> = {}, owner = 'set'): Pod {
  const state = {
    type: 'terminated',
    id: 'x',
    exitCode: 137,
    reason: 'Error',
    message: '',
    startedAt: endedAt - 50,
    finishedAt: endedAt,
  } as const
  return podOf({
    name: 'web-0',
    uid: `web-0 ${endedAt}`,
    createdAt: endedAt - 60,
    phase: 'Failed',
    reason: 'Evicted',
    message: 'The node was low on resource: memory.',
    ready: false,
    readySince: 0,
    containers: [running('app', { ready: false, state })],
    labels: { 'controller-revision-hash': 'new' },
    owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: owner },
    ...rest,
  })
}

t.test('each with its times, the newest last', async (t) => {
  const cache = new ClusterCache()
  for (const endedAt of [1_000, 1_060]) {
    cache.apply('pods', 'ADDED', evicted(endedAt), endedAt)
    cache.apply('pods', 'DELETED', evicted(endedAt, { deletedAt: endedAt + 1 }), endedAt + 1)
  }
  const times = cache.evictions.ownedBy('set').map(({ createdAt, endedAt }) => [createdAt, endedAt])
  t.same(times, [
    [940, 1_000],
    [1_000, 1_060],
  ])
  t.match(cache.evictions.ownedBy('set')[1], {
    name: 'web-0',
    revision: 'new',
    reason: 'Evicted',
    message: /memory/,
  })
})

t.test('what is no eviction is not remembered', async (t) => {
  const history = new EvictionHistory()
  for (const rest of [
    { phase: 'Running' },
    { owner: null },
    { reason: '' },
    { reason: 'DeadlineExceeded' },
    { containers: [] },
  ])
    history.removePod(evicted(1_000, rest), 1_001)
  t.same(history.ownedBy('set'), [])
})

t.test('it is bounded in owners, in pods and in time', async (t) => {
  const history = new EvictionHistory()
  for (let at = 0; at < 3_000; at += 1) history.removePod(evicted(1_000, {}, `set-${at}`), 1_000)
  t.same(history.ownedBy('set-0'), [])
  t.equal(history.ownedBy('set-2999').length, 1)
  for (let at = 0; at < 20; at += 1) history.removePod(evicted(1_000 + at), 1_000)
  t.same(
    history.ownedBy('set').map(({ endedAt }) => endedAt - 1_000),
    [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  )
  history.removePod(evicted(1_019), 1_020)
  t.equal(history.ownedBy('set').length, 16, 'no pod twice')
  history.removePod(evicted(9_000, {}, 'later'), 9_000)
  t.same(history.ownedBy('set-2999'), [])
})
