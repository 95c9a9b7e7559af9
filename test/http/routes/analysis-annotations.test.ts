import { join } from 'node:path'
import t from 'tap'
import { until } from '../../cluster/watch/watching.ts'
import { pod, type Serving, serving } from '../serving.ts'

const HASH = 'aaa'

/** A Deployment or Rollout with these annotations, its ReplicaSet, and a pod that crashed twice. */
async function crashed(
  serving: Serving,
  kind: 'Deployment' | 'Rollout',
  annotations: Record<string, string>,
): Promise<void> {
  const { cluster, service } = serving
  const resource = kind === 'Deployment' ? 'deployments' : 'rollouts'
  const label = kind === 'Deployment' ? 'pod-template-hash' : 'rollouts-pod-template-hash'
  const labels = { app: 'web', [label]: HASH }
  const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } } }
  const owner = cluster.create(resource, {
    metadata: { name: 'web', namespace: 'shop', annotations, labels: { app: 'web' } },
    spec,
    status: { observedGeneration: kind === 'Rollout' ? '1' : 1, currentPodHash: HASH, replicas: 1 },
  })
  const apiVersion = kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1'
  const ownerReferences = [{ apiVersion, kind, name: 'web', uid: uidOf(owner), controller: true }]
  // Stale copies, as the Deployment controller leaves them on ReplicaSets: they must not count.
  const copies = { 'lynceus.dev/limit': '1' }
  const set = cluster.create('replicasets', {
    metadata: { name: `web-${HASH}`, namespace: 'shop', labels, ownerReferences, annotations: copies },
    spec,
    status: { replicas: 1, observedGeneration: 1 },
  })
  pod(cluster, HASH, uidOf(set), 'web-1', 2)
  const both = { 'rollouts-pod-template-hash': null, ...labels }
  cluster.patch('pods', 'shop', 'web-1', { metadata: { labels: both } })
  const { objects } = service.cache
  await until('all heard of', () => [objects[resource], objects.replicasets].every(({ size }) => size === 1))
  await until('the pod heard of', () => objects.pods.get('shop', 'web-1')?.labels[label] === HASH)
}

function uidOf(object: object): string {
  const metadata = 'metadata' in object ? object.metadata : null
  return typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? String(metadata.uid) : ''
}

const TARGETS = [`hash=${HASH}`, 'selector=app=web', 'kind=pod&name=web-1', `kind=rs&name=web-${HASH}`]

for (const kind of ['Deployment', 'Rollout'] as const) {
  t.test(`annotations of a ${kind} count for all that it owns, below the request`, async (t) => {
    const running = await serving(t, { cluster: { rollouts: true } })
    await crashed(running, kind, { 'lynceus.dev/limit': '3', 'lynceus.dev/min-pods': '2' })
    for (const target of [...TARGETS, `kind=${kind}&name=web`]) {
      const ask = async (more: string) =>
        (await running.get(`/analyze/crashes?namespace=shop&${target}${more}`)).body
      t.match(await ask(''), { verdict: 'pending', crashes: 2, message: /2 of 3 crashes.* 2 pods/ }, target)
      t.match(await ask('&minPods=0'), { verdict: 'pass', crashes: 2 }, target)
      t.match(await ask('&limit=2'), { verdict: 'fail', message: /the limit is 2/ }, target)
    }
    running.cluster.patch(`${kind.toLowerCase()}s`, 'shop', 'web', {
      metadata: { annotations: { 'lynceus.dev/limit': '2' } },
    })
    const overall = async () => (await running.get(`/analyze?namespace=shop&hash=${HASH}`)).body.message
    while (!/the limit is 2/.test(String(await overall()))) await new Promise((done) => setTimeout(done, 10))
    t.pass('a limit holds for /analyze too, and a change of it is heard')
  })
}

t.test('a window by annotation moves with the clock', async (t) => {
  let now = Date.now() / 1000
  const running = await serving(t, { now: () => now })
  await crashed(running, 'Deployment', { 'lynceus.dev/window': '5m' })
  const ask = async () => (await running.get(`/analyze/crashes?namespace=shop&hash=${HASH}`)).body
  t.match(await ask(), { verdict: 'fail', crashes: 2 })
  now += 299
  t.match(await ask(), { verdict: 'pass', crashes: 0 }, 'remembered for a second at most')
})

t.test('request before annotation before policy file before the default', async (t) => {
  const dir = t.testdir({ 'policy.yaml': 'rules: { crash-loop: { times: 7 } }' })
  const running = await serving(t, { settings: { policyFile: join(dir, 'policy.yaml') } })
  await crashed(running, 'Deployment', { 'lynceus.dev/retry-limit': '8' })
  const looping = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } }
  const ended = {
    exitCode: 1,
    reason: 'Error',
    finishedAt: new Date().toISOString(),
    containerID: 'c://web-1-2',
  }
  const status = {
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [
      { name: 'app', ready: false, restartCount: 2, state: looping, lastState: { terminated: ended } },
    ],
  }
  running.cluster.patch('pods', 'shop', 'web-1', { status })
  const ask = async (more = '') =>
    (await running.get(`/analyze/rollout?namespace=shop&kind=deployment&name=web${more}`)).body
  while (!/the limit is/.test(String((await ask()).message)))
    await new Promise((done) => setTimeout(done, 10))
  const limit = (message: RegExp) => ({ verdict: 'pending', code: 'process-crashing', message })
  t.match(await ask(), limit(/the limit is 8/), 'the annotation')
  t.match(await ask('&retryLimit=9'), limit(/the limit is 9/), 'the request')
  t.match(await ask('&retryLimit=1'), { verdict: 'fail' })
  t.match(await ask('&retryLimit=1&quorum=2'), { verdict: 'pending' })
  const annotate = (value: string | null) =>
    running.cluster.patch('deployments', 'shop', 'web', {
      metadata: { annotations: { 'lynceus.dev/retry-limit': value } },
    })
  annotate(null)
  while (!/the limit is 7/.test(String((await ask()).message)))
    await new Promise((done) => setTimeout(done, 10))
  t.pass('the policy file')
  const metrics = await (await fetch(`${running.service.url}/metrics`)).text()
  t.match(metrics, 'name="web",verdict="pending"} 1', 'for the metrics too')
  t.match(await running.get('/gate?namespace=shop&kind=deployment&name=web&timeout=1ms'), {
    status: 408,
    body: { message: /the limit is 7/ },
  })
  annotate('1')
  while ((await ask()).verdict !== 'fail') await new Promise((done) => setTimeout(done, 10))
  t.pass('the annotation again')
})

t.test('a bad annotation is told in detail=full and is as if it were not there', async (t) => {
  const running = await serving(t)
  await crashed(running, 'Deployment', { 'lynceus.dev/limit': 'lots', 'lynceus.dev/retry-limt': '3' })
  const bad = (message: RegExp) => ({ rule: 'bad-annotation', class: 'warning', message })
  for (const route of ['/analyze', '/analyze/crashes', '/analyze/rollout']) {
    const { status, body } = await running.get(`${route}?namespace=shop&hash=${HASH}&detail=full`)
    t.equal(status, 200)
    const findings: unknown[] = Array.isArray(body.findings) ? body.findings : []
    const notes = findings.slice(-2)
    t.match(notes, [
      bad(/^Annotation lynceus.dev\/limit of deployment\/web has the value "lots".*ignored\.$/),
      bad(/retry-limt of deployment\/web is not known; did you mean lynceus.dev\/retry-limit\?/),
    ])
  }
  t.match(await running.get(`/analyze/crashes?namespace=shop&hash=${HASH}`), {
    body: { verdict: 'fail', message: /the limit is 1/ },
  })
  const gate = await running.get(`/gate?namespace=shop&hash=${HASH}&timeout=1ms`)
  t.match(gate.body.verdict, /fail|pending/)
})
