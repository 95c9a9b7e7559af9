import { Registry } from 'prom-client'
import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { UnknownReasons } from '../../src/metrics/unknown-reasons.ts'
import { WorkloadMetrics } from '../../src/metrics/workloads.ts'
import type { WatchState } from '../../src/model/watch-state.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'

const { objects } = new Decoder()
const NOW = Date.parse('2026-06-01T12:00:00Z') / 1000
const RESOURCES = [
  'pods',
  'replicasets',
  'deployments',
  'statefulsets',
  'daemonsets',
  'controllerrevisions',
  'jobs',
  'events',
] as const

function cacheWith(deployments: number): ClusterCache {
  const cache = new ClusterCache()
  for (const resource of RESOURCES) cache.setWatchState(resource, '', { type: 'working' })
  cache.setWatchState('rollouts', '', { type: 'absent' })
  for (let i = 0; i < deployments; i += 1) deploy(cache, i)
  return cache
}

function deploy(cache: ClusterCache, i: number): void {
  const annotations = { 'deployment.kubernetes.io/revision': '1' }
  const meta = (name: string, uid: string) => ({
    name,
    namespace: 'shop',
    uid,
    resourceVersion: '1',
    generation: 1,
    annotations,
  })
  const counts = { observedGeneration: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1 }
  const deployment = {
    metadata: meta(`web-${i}`, `d${i}`),
    spec: { replicas: 1 },
    status: { ...counts, updatedReplicas: 1 },
  }
  cache.apply('deployments', 'ADDED', objects.deployments.fromJson(deployment), NOW)
  const owned = {
    ...meta(`web-${i}-h`, `r${i}`),
    labels: { 'pod-template-hash': 'h' },
    ownerReferences: [owner('Deployment', `d${i}`)],
  }
  const replicaSet = { metadata: owned, spec: { replicas: 1 }, status: counts }
  cache.apply('replicasets', 'ADDED', objects.replicasets.fromJson(replicaSet), NOW)
  pod(cache, i, '1', 0, {})
}

const owner = (kind: string, uid: string) => ({
  apiVersion: 'apps/v1',
  kind,
  name: 'x',
  uid,
  controller: true,
})

function pod(cache: ClusterCache, i: number, version: string, restartCount: number, lastState: object): void {
  const metadata = {
    name: `web-${i}-h-1`,
    namespace: 'shop',
    uid: `p${i}`,
    resourceVersion: version,
    labels: { 'pod-template-hash': 'h' },
    ownerReferences: [owner('ReplicaSet', `r${i}`)],
  }
  const state = { running: { startedAt: '2026-06-01T11:00:00Z' } }
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'app', ready: true, started: true, restartCount, state, lastState }],
  }
  const spec = { nodeName: 'n', restartPolicy: 'Always', containers: [{ name: 'app' }] }
  cache.apply('pods', 'MODIFIED', objects.pods.fromJson({ metadata, spec, status }), NOW)
}

const workloadMetrics = (cache: ClusterCache, now: () => number, maxSeries: number) =>
  new WorkloadMetrics({
    cache,
    now,
    maxSeries,
    staleAfterSeconds: 30,
    policy: LYNCEUS,
    unknownReasons: new UnknownReasons(new Registry()),
  })

const killed = {
  terminated: {
    exitCode: 137,
    reason: 'OOMKilled',
    finishedAt: '2026-06-01T10:59:59Z',
    containerID: 'c://1',
  },
}

t.test('verdicts, pods and crashes follow what happens; counters never fall', async (t) => {
  const cache = cacheWith(2)
  const metrics = workloadMetrics(cache, () => NOW, 100)
  const first = await metrics.text()
  const labels = 'namespace="shop",kind="deployment",name="web-0"'
  t.match(first, `lynceus_workload_verdict{${labels},verdict="pass"} 1\n`)
  t.match(first, `lynceus_workload_pods{${labels},state="ready"} 1\n`)
  t.match(first, `lynceus_workload_crashes_total{${labels},code="resource-limits-exceeded"} 0\n`)
  pod(cache, 0, '2', 1, killed)
  t.match(
    await metrics.text(),
    `lynceus_workload_crashes_total{${labels},code="resource-limits-exceeded"} 1\n`,
  )
  const gone = cache.objects.pods.byUid('p0')
  if (gone !== undefined) cache.apply('pods', 'DELETED', gone, NOW)
  t.match(await metrics.text(), `code="resource-limits-exceeded"} 1\n`)
  const deployment = cache.objects.deployments.byUid('d0')
  if (deployment !== undefined) cache.apply('deployments', 'DELETED', deployment, NOW)
  t.notMatch(await metrics.text(), labels, 'a workload that is gone has no series')
})

t.test('stale data are no verdict, and come back as one', async (t) => {
  const cache = cacheWith(1)
  let now = NOW
  const metrics = workloadMetrics(cache, () => now, 100)
  t.match(await metrics.text(), 'verdict="pass"} 1')
  cache.setWatchState('pods', '', { type: 'broken', since: NOW })
  now += 60
  t.match(await metrics.text(), 'verdict="unknown"} 1')
  cache.setWatchState('pods', '', { type: 'working' })
  t.match(await metrics.text(), 'verdict="pass"} 1')
})

t.test(
  'a watch that turns stale or refused takes the verdict along, also when another was stale before',
  async (t) => {
    const cases: readonly (readonly [string, WatchState, WatchState])[] = [
      ['stale after another', { type: 'broken', since: NOW }, { type: 'broken', since: NOW + 60 }],
      ['refused', { type: 'working' }, { type: 'forbidden' }],
      ['absent', { type: 'working' }, { type: 'absent' }],
      ['refused after another was stale', { type: 'broken', since: NOW }, { type: 'forbidden' }],
    ]
    for (const [name, events, pods] of cases) {
      const cache = cacheWith(1)
      let now = NOW
      const metrics = workloadMetrics(cache, () => now, 100)
      cache.setWatchState('events', '', events)
      now += 60
      t.match(await metrics.text(), 'verdict="pass"} 1', name)
      cache.setWatchState('pods', '', pods)
      now += 3600
      t.notMatch(await metrics.text(), 'verdict="pass"} 1', name)
      cache.setWatchState('pods', '', { type: 'working' })
      t.match(await metrics.text(), 'verdict="pass"} 1', name)
    }
  },
)

t.test('a watch that turns while a scrape goes on has all judged again at the next', async (t) => {
  const cache = cacheWith(2000)
  const metrics = workloadMetrics(cache, () => NOW + 60, 5000)
  await metrics.text()
  cache.setWatchState('pods', '', { type: 'broken', since: NOW })
  const during = metrics.text()
  await new Promise((resolve) => setImmediate(resolve))
  cache.setWatchState('pods', '', { type: 'working' })
  await during
  cache.setWatchState('pods', '', { type: 'broken', since: NOW })
  t.notMatch(await metrics.text(), 'verdict="pass"} 1')
})

t.test('beyond the cap workloads are dropped, and their number is told', async (t) => {
  const metrics = workloadMetrics(cacheWith(5), () => NOW, 3)
  const text = await metrics.text()
  t.equal(text.match(/^lynceus_workload_verdict\{/gm)?.length, 3)
  t.match(text, 'lynceus_workload_series_dropped 2\n')
})

t.test('each family is told once, with its help and type', async (t) => {
  const text = await workloadMetrics(cacheWith(3), () => NOW, 100).text()
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
  t.same(families, [
    'lynceus_workload_verdict gauge',
    'lynceus_workload_pods gauge',
    'lynceus_workload_crashes_total counter',
    'lynceus_workload_series_dropped gauge',
  ])
  for (const line of text.trimEnd().split('\n')) t.match(line, /^# (HELP|TYPE) |^lynceus_\w+(\{.*\})? \d+$/)
})
