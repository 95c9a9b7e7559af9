import t, { type Test } from 'tap'
import { parseAccess } from '../../../src/cluster/client/access.ts'
import { Connection } from '../../../src/cluster/client/connection.ts'
import { LogTails } from '../../../src/cluster/client/log-tails.ts'
import type { ContainerRun } from '../../../src/model/log.ts'
import { EmbeddedApi, EmbeddedCluster, type JsonObject } from '../../../testing/fake-apiserver/index.ts'
import { ManualTime } from '../../manual-time.ts'

const ENDED = { exitCode: 1, reason: 'Error', containerID: 'c://1', finishedAt: '2026-01-01T00:00:00Z' }
const CONTAINERS: Readonly<Record<string, JsonObject>> = {
  crashing: { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: ENDED } },
  running: { state: { running: {} } },
  starting: { state: { waiting: { reason: 'ContainerCreating' } } },
}

async function scene(t: Test) {
  const cluster = new EmbeddedCluster()
  const api = await new EmbeddedApi(cluster).start()
  const names = Object.keys(CONTAINERS)
  cluster.create('pods', {
    metadata: { name: 'web-1', namespace: 'shop' },
    spec: { nodeName: 'node-1', containers: names.map((name) => ({ name, image: 'i' })) },
    status: { phase: 'Running', containerStatuses: names.map((name) => ({ name, ...CONTAINERS[name] })) },
  })
  const time = new ManualTime()
  const connection = new Connection(parseAccess(api.kubeconfig()), 'test', () => Date.now() / 1000)
  t.teardown(async () => {
    connection.close()
    await api.stop()
  })
  const asked = () => api.requests.filter((request) => request.includes('/log?')).length
  return { api, cluster, time, connection, asked, tails: new LogTails(connection, time.now) }
}

function runOf(container: string, rest: Partial<ContainerRun> = {}): ContainerRun {
  const names = { namespace: 'shop', pod: 'web-1', podUid: 'u', container }
  return { ...names, restarts: 1, previous: false, hasEnded: false, ...rest }
}

const PREVIOUS = { previous: true, hasEnded: true }

t.test('the last lines of a run, cleaned', async (t) => {
  const { cluster, tails, api } = await scene(t)
  const lines = Array.from({ length: 30 }, (_, index) => `\u001b[31mline ${index}\u001b[0m`)
  cluster.logs.write('shop', 'web-1', 'crashing', `${lines.join('\n')}\n`, true)
  const [tail] = await tails.read([runOf('crashing', PREVIOUS)])
  t.match(tail, { pod: 'web-1', container: 'crashing', previous: true, problem: null })
  t.equal(tail?.lines.length, 20)
  t.equal(tail?.lines.at(-1), 'line 29')
  t.match(
    api.requests.at(-1),
    /pods\/web-1\/log\?container=crashing&tailLines=20&limitBytes=\d+&previous=true$/,
  )
})

t.test('the longest lines that a runtime writes do not push out the last one', async (t) => {
  const { cluster, tails } = await scene(t)
  const long = 'x'.repeat(16 * 1024 - 1)
  cluster.logs.write('shop', 'web-1', 'running', `${`${long}\n`.repeat(19)}the cause\n`)
  const [tail] = await tails.read([runOf('running')])
  t.equal(tail?.lines.at(-1), 'the cause')
})

t.test('what cannot be read is said in a word', async (t) => {
  const { api, cluster, tails } = await scene(t)
  cluster.logs.write('shop', 'web-1', 'running', 'unable to retrieve container logs for containerd://abc')
  const problem = async (run: ContainerRun) => (await tails.read([run]))[0]?.problem
  t.equal(await problem(runOf('running')), 'its node has removed it')
  t.equal(await problem(runOf('starting')), 'the container has not started yet')
  t.equal(await problem(runOf('running', PREVIOUS)), 'the run before it left none')
  t.equal(await problem(runOf('running', { pod: 'gone', podUid: 'v' })), 'the pod is gone')
  api.access.forbid('pods/log')
  t.equal(await problem(runOf('running', { restarts: 2 })), 'the right to get pods/log is missing')
  await api.stop()
  t.equal(await problem(runOf('running', { restarts: 3 })), 'the API server did not answer')
})

t.test('a server that says nothing costs a bounded time', async (t) => {
  const { api, tails } = await scene(t)
  api.faults.stall()
  const started = performance.now()
  const found = await tails.read([runOf('running'), runOf('crashing', PREVIOUS)])
  t.ok(performance.now() - started < 10_000)
  t.strictSame(
    found.map(({ problem }) => problem),
    Array.from({ length: 2 }, () => 'it did not arrive within 3 s'),
  )
})

t.test('a run is read once for all who ask', async (t) => {
  const { cluster, time, tails, asked } = await scene(t)
  cluster.logs.write('shop', 'web-1', 'crashing', 'first\n', true)
  const crashed = runOf('crashing', PREVIOUS)
  await Promise.all([tails.read([crashed]), tails.read([crashed]), tails.read([crashed])])
  t.equal(asked(), 1, 'at once')
  time.advance(200)
  await tails.read([crashed])
  t.equal(asked(), 1, 'what has ended does not change')
  await tails.read([{ ...crashed, restarts: 2 }])
  t.equal(asked(), 2, 'another run')
  const present = runOf('running')
  await tails.read([present])
  time.advance(5)
  await tails.read([present])
  t.equal(asked(), 3, 'a log that grows is kept for some seconds')
  time.advance(6)
  await tails.read([present])
  t.equal(asked(), 4)
})

t.test('however much is asked, the cluster is asked little', async (t) => {
  const { time, tails, asked } = await scene(t)
  const runs = (from: number) =>
    Array.from({ length: 100 }, (_, at) => runOf('running', { restarts: from + at }))
  const found = await tails.read(runs(0))
  t.equal(asked(), 12)
  t.match(found.at(-1), { lines: [], problem: 'too many logs were read a moment ago' })
  time.advance(3)
  await tails.read(runs(1000))
  t.equal(asked(), 12 + 6, 'two a second')
})
