import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { redact } from '../../src/cli/record/redact.ts'
import { record } from '../../src/cli/record.ts'
import { type RecordedEvent, readRecording } from '../../src/replay/recording.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet } from '../http/serving.ts'
import { context, run, start } from './lynceus.ts'

async function scene(t: Test) {
  const cluster = new EmbeddedCluster()
  cluster.create('namespaces', { metadata: { name: 'shop' } })
  const api = await new EmbeddedApi(cluster).start()
  t.teardown(() => api.stop())
  const folder = t.testdir({})
  writeFileSync(join(folder, 'config'), api.kubeconfig())
  return { cluster, api, folder, env: { KUBECONFIG: join(folder, 'config') } }
}

function told(events: readonly RecordedEvent[]) {
  return events.map(({ type, object }) => {
    const { metadata } = object
    const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : ''
    return `${type} ${object.apiVersion} ${object.kind} ${name}`
  })
}

t.test('records each change once, over broken watches, and replays', async (t) => {
  const { cluster, api, folder, env } = await scene(t)
  const owner = replicaSet(cluster, 'aaa', 1)
  const out = join(folder, 'out.ndjson.gz')
  const { child, finished } = start(['record', '--namespace', 'shop', '--out', out], env)
  const recorded = () => (existsSync(out) ? told(readRecording(readFileSync(out)).events) : [])
  await until(
    'the ReplicaSet',
    () => existsSync(out) && readFileSync(out).length > 0 && recorded().length === 1,
  )
  pod(cluster, 'aaa', owner, 'web-1')
  await until('the pod', () => recorded().length === 2)
  api.faults.dropConnections()
  pod(cluster, 'aaa', owner, 'web-2', 1)
  await until('the second pod', () => recorded().length === 3)
  cluster.delete('pods', 'shop', 'web-1')
  await until('its end', () => recorded().length === 4)
  child.kill('SIGINT')
  t.match(await finished, { code: 0, stdout: '', stderr: /4 changes in/ })
  t.same(recorded(), [
    'ADDED apps/v1 ReplicaSet web-aaa',
    'ADDED v1 Pod web-1',
    'ADDED v1 Pod web-2',
    'DELETED v1 Pod web-1',
  ])
  const crashes = await run(['replay', out, '--hash', 'aaa', '--limit', '1'])
  t.match(crashes, { code: 1, stderr: '' })
})

t.test('nodes are recorded from the first pod on them, and when they say something new', async (t) => {
  const { cluster, folder, env } = await scene(t)
  const node = (name: string, ready: string, heartbeat: string) => ({
    metadata: { name, labels: { zone: 'a' } },
    spec: { taints: [{ key: 'spot', effect: 'NoSchedule' }] },
    status: {
      conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: heartbeat }],
      images: [{ names: ['registry.example/app:1'] }],
    },
  })
  for (const name of ['a', 'b']) cluster.create('nodes', node(name, 'True', '2026-01-01T00:00:00Z'))
  const owner = replicaSet(cluster, 'aaa', 1)
  const out = join(folder, 'nodes.ndjson')
  const { child, finished } = start(['record', '--namespace', 'shop', '--out', out], env)
  const events = () => (existsSync(out) ? readRecording(readFileSync(out)).events : [])
  await until(
    'the ReplicaSet',
    () => existsSync(out) && readFileSync(out).length > 0 && events().length === 1,
  )
  pod(cluster, 'aaa', owner, 'web-1')
  cluster.patch('pods', 'shop', 'web-1', { spec: { nodeName: 'a' } })
  await until('the node', () => told(events()).includes('ADDED v1 Node a'))
  const status = (ready: string, heartbeat: string) => ({ status: node('a', ready, heartbeat).status })
  cluster.patch('nodes', '', 'a', status('True', '2026-01-01T00:05:00Z'), 'status')
  cluster.patch('nodes', '', 'a', status('Unknown', '2026-01-01T00:05:00Z'), 'status')
  await until('its silence', () => told(events()).includes('MODIFIED v1 Node a'))
  cluster.delete('nodes', '', 'a')
  await until('its end', () => told(events()).includes('DELETED v1 Node a'))
  child.kill('SIGINT')
  await finished
  const nodes = events().filter(({ object }) => object.kind === 'Node')
  t.same(told(nodes), ['ADDED v1 Node a', 'MODIFIED v1 Node a', 'DELETED v1 Node a'])
  t.notMatch(JSON.stringify(nodes), /images|labels|Heartbeat/)
})

t.test('to standard output, for so long', async (t) => {
  const { cluster, env } = await scene(t)
  replicaSet(cluster, 'aaa', 1)
  const { code, stdout } = await run(
    ['record', '--namespace', 'shop', '--for', '1s', '--scenario', 'one'],
    env,
  )
  t.equal(code, 0)
  const { scenario, namespace, events, endedAt } = readRecording(Buffer.from(stdout))
  t.match(stdout.trimEnd().split('\n').at(-1), /^{"t":[\d.]+,"type":"END"}$/)
  t.ok(endedAt >= 0.9 && endedAt < 30, `ended at ${endedAt} s`)
  t.same(
    { scenario, namespace, events: told(events) },
    {
      scenario: 'one',
      namespace: 'shop',
      events: ['ADDED apps/v1 ReplicaSet web-aaa'],
    },
  )
})

t.test('a namespace that does not exist is said before anything is written', async (t) => {
  const { api, folder, env } = await scene(t)
  const out = join(folder, 'out.ndjson')
  const args = ['--namespace', 'shopp', '--out', out, '--for', '1s']
  const missing = await run(['record', ...args], env)
  t.match(missing, { code: 2, stdout: '', stderr: 'lynceus record: the cluster has no namespace shopp\n' })
  t.notOk(existsSync(out))
  api.access.forbidVerb('get', 'namespaces')
  t.match(await run(['record', ...args], env), { code: 0, stderr: /0 changes/ }, 'not known: it goes on')
})

t.test('a reader that goes away ends it', async (t) => {
  const { cluster, env } = await scene(t)
  const { child } = start(['record', '--namespace', 'shop'], env)
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  replicaSet(cluster, 'aaa', 1)
  t.same(await ended, [1, null])
})

t.test('mistakes', async (t) => {
  const { cluster, folder, env } = await scene(t)
  cluster.create('namespaces', { metadata: { name: 'a' } })
  const taken = join(folder, 'config')
  for (const [args, message] of [
    [[], /--namespace is required/],
    [['--namespace', 'a', 'file'], /Unexpected argument "file"\./],
    [['--namespace', 'a', '--for', 'x'], /--for: "x"/],
    [['--namespace', 'a', '--out', taken], /exists already/],
    [['--namespace', 'a', '--out', join(folder, 'none', 'x')], /ENOENT/],
  ] as const)
    await t.rejects(record.run(context(args, env)), { name: 'UsageError', message }, String(message))
  t.match(await run(['record', '--namespace', 'a']), { code: 4, stderr: /no cluster found/ })
  t.equal(await record.run(context(['--help'], {})), 0)
})

t.test('redaction leaves all that rules read', async (t) => {
  const object = {
    metadata: { annotations: { a: 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}' } },
    spec: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'A', value: 'secret' },
            { name: 'B', valueFrom: {} },
          ],
        },
      ],
    },
  }
  t.same(redact(object), {
    metadata: { annotations: { a: 'b' } },
    spec: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'A', value: '(redacted)' },
            { name: 'B', valueFrom: {} },
          ],
        },
      ],
    },
  })
})
