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
}

/** Of a pod that restarted twice (hash aaa), two that did so together four times (bbb), and none (ccc). */
const CASES: readonly Case[] = [
  { title: 'below the limit', hash: 'aaa', code: 0, stdout: '{ "Crashes": 2 }\n' },
  { title: 'at the limit', hash: 'aaa', env: { CRASH_LIMIT: '2' }, code: 1, stdout: '{ "Crashes": 2 }\n' },
  { title: 'the sum of all pods', hash: 'bbb', code: 1, stdout: '{ "Crashes": 4 }\n' },
  { title: 'no pod', hash: 'ccc', code: 0, stdout: '{ "Crashes": 0 }\n' },
  {
    title: 'so many checks, within a time',
    hash: 'aaa',
    env: { DURATION: '', COUNT: '100', MAX_DURATION: '1' },
    code: 0,
    stdout: '{ "Crashes": 2 }\n',
  },
]

function fill(cluster: EmbeddedCluster): void {
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-a', 2)
  const owner = replicaSet(cluster, 'bbb', 2)
  pod(cluster, 'bbb', owner, 'web-b1', 1)
  pod(cluster, 'bbb', owner, 'web-b2', 3)
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
  for (const [index, { title, code, stdout }] of CASES.entries())
    t.match(found[index], { code, stdout }, title)

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
  for (const [index, { title, code, stdout }] of CASES.entries())
    t.match(found[index], { code, stdout }, title)
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
    const source = new ServerCrashSource(server, 'shop', 'aaa')
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
