// What is remembered of objects that no longer show it.
import t from 'tap'
import { ToldCluster } from '../kinds/told-cluster.ts'

const START = Date.parse('2026-01-05T12:00:00Z') / 1000
const done = { status: { conditions: [{ type: 'Complete', status: 'True' }] } }

t.test('Jobs that had finished when they were deleted, for an hour', async (t) => {
  const world = new ToldCluster()
  const { past } = world.cache
  const names = () => past.finishedJobs('shop').map(({ name }) => name)
  world.tell(0, 'Job', 'good', done)
  world.tell(0, 'Job', 'open', { status: {} })
  t.strictSame(names(), [], 'it is still there')
  world.tell(10, 'Job', 'good', done, 'DELETED')
  world.tell(10, 'Job', 'open', { status: {} }, 'DELETED')
  t.strictSame(names(), ['good'])
  t.strictSame(past.finishedJobs('other'), [])
  world.tell(3600, 'Job', 'next', done)
  world.tell(3610, 'Job', 'next', done, 'DELETED')
  t.strictSame(names(), ['good', 'next'])
  world.tell(3611, 'Job', 'last', done)
  world.tell(3611, 'Job', 'last', done, 'DELETED')
  t.strictSame(names(), ['next', 'last'])
})

t.test('when a pod of a namespace last went or ended', async (t) => {
  const world = new ToldCluster()
  const last = () => {
    const at = world.cache.past.lastPodEnd('shop')
    return at === null ? null : at - START
  }
  const pod = (phase: string) => ({ spec: {}, status: { phase } })
  world.tell(0, 'Pod', 'a', pod('Running'))
  t.equal(last(), null)
  world.tell(5, 'Pod', 'a', pod('Succeeded'), 'MODIFIED')
  t.equal(last(), 5, 'it ended')
  world.tell(6, 'Pod', 'a', { ...pod('Succeeded'), metadata: { labels: { a: 'b' } } }, 'MODIFIED')
  t.equal(last(), 5, 'it had ended before')
  world.tell(9, 'Pod', 'a', pod('Succeeded'), 'DELETED')
  t.equal(last(), 9)
})

t.test('a deleted ReplicaSet is forgotten', async (t) => {
  const world = new ToldCluster()
  const set = { spec: { replicas: 1 }, status: { replicas: 1 } }
  world.tell(0, 'ReplicaSet', 'web', set)
  t.equal(world.cache.past.attainment('ReplicaSet/web'), 'tried')
  world.tell(1, 'ReplicaSet', 'web', set, 'DELETED')
  t.equal(world.cache.past.attainment('ReplicaSet/web'), 'unseen')
})
