import { once } from 'node:events'
import { symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { check } from '../../../src/cli/compat/crashcheck/check.ts'
import { ServerCrashSource } from '../../../src/cli/compat/crashcheck/server-source.ts'
import { readSettings } from '../../../src/cli/compat/crashcheck/settings.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { pod, replicaSet, serving } from '../../http/serving.ts'
import { run, start } from '../lynceus.ts'

const VALID = { INTERVAL: '1', DURATION: '1', CRASH_LIMIT: '3', HASH: 'aaa' }

t.test('what is missing or makes no sense', async (t) => {
  for (const [env, message] of [
    [{ INTERVAL: '' }, 'INTERVAL not set. Exiting...'],
    [{ DURATION: '' }, 'DURATION not set. Exiting...'],
    [{ CRASH_LIMIT: '' }, 'CRASH_LIMIT not set. Exiting...'],
    [{ HASH: '' }, 'HASH not set. Exiting...'],
    [{ COUNT: '2', DURATION: '' }, 'COUNT is set but MAX_DURATION is not. Exiting...'],
    [{ COUNT: '2', MAX_DURATION: '9' }, 'COUNT and DURATION cannot both be set'],
    [{ INTERVAL: '2', DURATION: '5' }, 'DURATION must be evenly divisible by INTERVAL'],
    [{ INTERVAL: 'soon' }, 'INTERVAL must be a whole number, not "soon"'],
    [{ INTERVAL: '0' }, 'INTERVAL must be at least 1'],
    [{ CRASH_LIMIT: '0' }, 'CRASH_LIMIT must be at least 1'],
    [{ HASH: 'a,b' }, 'HASH is no pod template hash: "a,b"'],
    ...['lynceus', 'ftp://lynceus', 'http://user:hidden@lynceus', 'http://lynceus/?key=hidden'].map(
      (url) =>
        [
          { LYNCEUS_URL: url },
          'LYNCEUS_URL must be an http or https URL without credentials, query or fragment',
        ] as const,
    ),
  ] as const)
    t.throws(() => readSettings({ ...VALID, ...env }), { name: 'CrashcheckSettingsError', message }, message)
})

interface Case {
  readonly title: string
  readonly hash: string
  readonly env?: Readonly<Record<string, string>>
  readonly code: number
  readonly stdout: string
  /** No check saw a pod of it, which is said. */
  readonly isUnseen?: boolean
}

/**
 * Of a pod that restarted twice (hash aaa), two that did so together four times (bbb), none (ccc), a ReplicaSet without
 * pods (eee), and pods of a plain Deployment (fff) and of a StatefulSet (db-1).
 */
const CASES: readonly Case[] = [
  { title: 'below the limit', hash: 'aaa', code: 0, stdout: '{ "Crashes": 2 }\n' },
  { title: 'at the limit', hash: 'aaa', env: { CRASH_LIMIT: '2' }, code: 1, stdout: '{ "Crashes": 2 }\n' },
  { title: 'the sum of all pods', hash: 'bbb', code: 1, stdout: '{ "Crashes": 4 }\n' },
  { title: 'a hash that nothing has', hash: 'ccc', code: 1, stdout: '', isUnseen: true },
  { title: 'a ReplicaSet without pods', hash: 'eee', code: 1, stdout: '', isUnseen: true },
  { title: 'a plain Deployment, below', hash: 'fff', code: 0, stdout: '{ "Crashes": 2 }\n' },
  {
    title: 'a plain Deployment, at the limit',
    hash: 'fff',
    env: { CRASH_LIMIT: '1' },
    code: 1,
    stdout: '{ "Crashes": 2 }\n',
  },
  { title: 'a StatefulSet', hash: 'db-1', code: 0, stdout: '{ "Crashes": 1 }\n' },
  {
    title: 'so many checks, within a time',
    hash: 'aaa',
    env: { DURATION: '', COUNT: '100', MAX_DURATION: '1' },
    code: 0,
    stdout: '{ "Crashes": 2 }\n',
  },
]

function ending({ code, stdout, hash, isUnseen = false }: Case, where: string) {
  const stderr = `Error: no pod with hash "${hash}" was seen in ${where}; the labels looked at are ${LABELS}\n`
  return { code, stdout, ...(isUnseen ? { stderr } : {}) }
}

const LABELS = 'rollouts-pod-template-hash, pod-template-hash and controller-revision-hash'

function fill(cluster: EmbeddedCluster): void {
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-a', 2)
  const owner = replicaSet(cluster, 'bbb', 2)
  pod(cluster, 'bbb', owner, 'web-b1', 1)
  pod(cluster, 'bbb', owner, 'web-b2', 3)
  replicaSet(cluster, 'eee', 0)
  labelledPod(cluster, 'web-f', { 'pod-template-hash': 'fff' }, 2)
  labelledPod(cluster, 'db-0', { 'controller-revision-hash': 'db-1', 'pod-template-hash': 'db-1' }, 1)
}

function labelledPod(
  cluster: EmbeddedCluster,
  name: string,
  labels: Readonly<Record<string, string>>,
  restartCount: number,
): void {
  cluster.create('pods', {
    metadata: { name, namespace: 'shop', labels },
    spec: { containers: [{ name: 'app', image: 'app:1' }], nodeName: 'node-1' },
    status: { phase: 'Running', containerStatuses: [{ name: 'app', restartCount, state: { running: {} } }] },
  })
}

/** A kubeconfig whose namespace is the one of the pods. */
function kubeconfigIn(t: Test, api: EmbeddedApi): string {
  const path = join(t.testdir({}), 'config')
  const { contexts, ...rest } = JSON.parse(JSON.stringify(parse(api.kubeconfig())))
  for (const { context } of contexts) context.namespace = 'shop'
  writeFileSync(path, JSON.stringify({ ...rest, contexts }))
  return path
}

t.test('alone', async (t) => {
  const cluster = new EmbeddedCluster()
  const api = await new EmbeddedApi(cluster).start()
  t.teardown(() => api.stop())
  fill(cluster)
  const KUBECONFIG = kubeconfigIn(t, api)
  const found = await Promise.all(
    CASES.map(({ hash, env }) => run(['crashcheck'], { ...VALID, HASH: hash, KUBECONFIG, ...env })),
  )
  for (const [index, one] of CASES.entries())
    t.match(found[index], ending(one, 'namespace "shop"'), one.title)

  const crashing = start(['crashcheck'], {
    ...VALID,
    HASH: 'ddd',
    DURATION: '60',
    CRASH_LIMIT: '1',
    DEBUG: '1',
    KUBECONFIG,
  })
  await new Promise((resolve) => crashing.child.stderr.once('data', resolve))
  pod(cluster, 'ddd', replicaSet(cluster, 'ddd', 1), 'web-d', 1)
  const seen = await crashing.finished
  t.match(seen, { code: 1, stdout: '{ "Crashes": 1 }\n', stderr: /check \d+ of 60: 1 restarts in 1 pods/ })
})

t.test('without a cluster it fails as the original does, and says why', async (t) => {
  const KUBECONFIG = join(t.testdir({}), 'missing')
  t.match(await run(['crashcheck'], { ...VALID, KUBECONFIG }), {
    code: 1,
    stdout: '',
    stderr: /^Error: .*missing/,
  })
})

t.test('by a server', async (t) => {
  const { cluster, service } = await serving(t, { settings: { namespaces: 'shop' } })
  fill(cluster)
  const found = await Promise.all(
    CASES.map(({ hash, env }) =>
      run(['crashcheck'], { ...VALID, HASH: hash, LYNCEUS_URL: `${service.url}/`, ...env }),
    ),
  )
  for (const [index, one] of CASES.entries())
    t.match(found[index], ending(one, 'the namespace of the server'), one.title)
})

t.test('pods that were seen and are gone at the end count as they always did', async (t) => {
  const { cluster, service } = await serving(t, { settings: { namespaces: 'shop' } })
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-a')
  const checking = { ...VALID, DURATION: '2', DEBUG: '1', LYNCEUS_URL: service.url }
  const { child, finished } = start(['crashcheck'], checking)
  await once(child.stderr, 'data')
  cluster.delete('pods', 'shop', 'web-a')
  const { code, stdout, stderr } = await finished
  t.match({ code, stdout }, { code: 0, stdout: '{ "Crashes": 0 }\n' })
  t.match(stderr, /^check 1 of 2: 0 restarts in 1 pods\n/)
  t.match(stderr, /\nat the last check there was no pod with hash aaa any more\n$/)
})

t.test('no data is not the same as no crash', async (t) => {
  const { service } = await serving(t, { stalled: true, settings: { namespaces: 'shop' } })
  const settings = readSettings(VALID)
  for (const [server, trouble] of [
    [service.url, /pods cannot be seen.*not-synced/],
    ['http://127.0.0.1:9', /pods cannot be seen.*cannot be asked/],
  ] as const) {
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const source = new ServerCrashSource(server, 'shop', 'aaa', {})
    t.equal(await check(settings, source, { stdout, stderr }, 1), 1)
    t.match(String(stderr.read()), trouble)
    t.equal(stdout.read(), null)
  }
})

t.test('SIGTERM while nothing is known yet', async (t) => {
  const asked = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    asked.resolve()
    response.writeHead(503).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const stopped = start(['crashcheck'], { ...VALID, LYNCEUS_URL: `http://127.0.0.1:${port}` })
  await asked.promise
  stopped.child.kill('SIGTERM')
  t.match(await stopped.finished, { code: 1, stdout: '', stderr: /stopped by SIGTERM/ })
})

t.test('called by its own name', async (t) => {
  const link = join(t.testdir({}), 'crashcheck')
  symlinkSync(new URL('../../../src/main.ts', import.meta.url).pathname, link)
  t.match(await start([], {}, link).finished, { code: 1, stdout: 'Error: INTERVAL not set. Exiting...\n' })
  t.match(await start(['--help'], {}, link).finished, { code: 0, stdout: /CRASH_LIMIT/ })
})
