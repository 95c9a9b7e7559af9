import { Registry } from 'prom-client'
import t from 'tap'
import { UnknownReasons } from '../../src/metrics/unknown-reasons.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet, serving } from '../http/serving.ts'

const found = (podUid: string, reason: string): Finding => ({
  rule: 'unknown-reason',
  code: null,
  reason,
  class: 'progressing',
  subject: `pod/${podUid}`,
  podUid,
  container: 'app',
  since: null,
  who: `Pod ${podUid}`,
  what: 'waits',
  restarts: 0,
  exitCode: null,
  reached: false,
  changesAt: null,
})

t.test('each container counts once for a reason; beyond 50 reasons all are "other"', async (t) => {
  const registry = new Registry()
  const unknown = new UnknownReasons(registry)
  for (let round = 0; round < 3; round += 1) {
    unknown.observe([found('a', 'Bored'), found('b', 'Bored'), found('a', 'Tired')])
  }
  for (let i = 0; i < 60; i += 1) unknown.observe([found('c', `Reason${i}`)])
  unknown.observe([found('d', 'Bored')])
  const text = await registry.metrics()
  const name = 'lynceus_findings_unknown_reason_total'
  t.match(text, `${name}{reason="Bored"} 3\n`)
  t.match(text, `${name}{reason="Tired"} 1\n`)
  t.match(text, `${name}{reason="Reason47"} 1\n`)
  t.match(text, `${name}{reason="other"} 12\n`)
  t.equal(text.match(/^lynceus_findings_unknown_reason_total\{/gm)?.length, 51)
})

t.test(
  'a container that waits for an unknown reason is pending, and counted once for all questions',
  async (t) => {
    const { cluster, get, service } = await serving(t)
    const owner = replicaSet(cluster, 'aaa', 1)
    pod(cluster, 'aaa', owner, 'web-aaa-1')
    const waiting = {
      name: 'app',
      ready: false,
      restartCount: 0,
      image: 'app:1',
      imageID: '',
      state: { waiting: { reason: 'QuantumFlux', message: 'try later' } },
    }
    const status = {
      phase: 'Pending',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [waiting],
    }
    cluster.patch('pods', 'shop', 'web-aaa-1', { status })
    const ask = async () => (await get('/analyze?namespace=shop&hash=aaa&detail=full')).body
    while ((await ask()).reason !== 'QuantumFlux') await new Promise((resolve) => setTimeout(resolve, 10))
    t.match(await ask(), {
      verdict: 'pending',
      reason: 'QuantumFlux',
      message: /no rule knows, QuantumFlux: try later/,
      findings: [{ rule: 'unknown-reason', class: 'progressing' }],
    })
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    t.match(metrics, 'lynceus_findings_unknown_reason_total{reason="QuantumFlux"} 1\n')
  },
)

t.test('who waits at the gate finds them, too', async (t) => {
  const { cluster, get, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulerBored' }]
  cluster.patch('pods', 'shop', 'web-aaa-1', { status: { phase: 'Pending', conditions } })
  t.match(await get('/gate?namespace=shop&hash=aaa&timeout=1s'), { status: 408 })
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  t.match(metrics, 'lynceus_findings_unknown_reason_total{reason="SchedulerBored"} 1\n')
})

t.test('a scrape alone finds them, in the very scrape', async (t) => {
  const { cluster, service } = await serving(t)
  const deployment = cluster.create('deployments', {
    metadata: { name: 'web', namespace: 'shop', generation: 1 },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
    status: { observedGeneration: 1 },
  })
  const owner = (kind: string, name: string, object: object) => [
    { apiVersion: 'apps/v1', kind, name, uid: uidOf(object), controller: true },
  ]
  const set = cluster.create('replicasets', {
    metadata: { name: 'web-aaa', namespace: 'shop', ownerReferences: owner('Deployment', 'web', deployment) },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
    status: { replicas: 1, observedGeneration: 1 },
  })
  cluster.create('pods', {
    metadata: { name: 'web-aaa-1', namespace: 'shop', ownerReferences: owner('ReplicaSet', 'web-aaa', set) },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulerBored' }] },
  })
  const { deployments, replicasets, pods } = service.cache.objects
  await until('all heard of', () => [deployments, replicasets, pods].every(({ size }) => size === 1))
  const scrape = async () => (await fetch(`${service.url}/metrics`)).text()
  for (let round = 0; round < 2; round += 1)
    t.match(await scrape(), 'lynceus_findings_unknown_reason_total{reason="SchedulerBored"} 1\n')
})

function uidOf(object: object): string {
  const metadata = 'metadata' in object ? object.metadata : null
  return typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? String(metadata.uid) : ''
}
