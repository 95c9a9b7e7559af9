import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { generate } from 'selfsigned'
import t from 'tap'
import { loadKubeConfig } from '../../../src/cluster/client/kubeconfig.ts'
import { errorChain } from '../../../src/lib/error-chain.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { Watching } from '../watch/watching.ts'

const config = (more: object, user: object = { token: 't' }): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', ...more } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'two', context: { cluster: 'c', user: 'u' } },
    ],
  })

t.test('the cluster is found as kubectl finds it, and what is wrong is said', async (t) => {
  const dir = t.testdir({ config: config({}), broken: '{', other: config({}).replaceAll('"one"', '"three"') })
  const file = join(dir, 'config')
  t.equal(loadKubeConfig({ kubeconfig: file, inCluster: false }).getCurrentContext(), 'one')
  t.equal(loadKubeConfig({ kubeconfig: file, context: 'two', inCluster: false }).getCurrentContext(), 'two')
  t.equal(
    loadKubeConfig({ kubeconfigPaths: file, inCluster: true }).getCurrentCluster()?.server,
    'https://127.0.0.1:1',
  )
  const cases: readonly (readonly [Parameters<typeof loadKubeConfig>[0], RegExp])[] = [
    [{ kubeconfig: file, context: 'four', inCluster: false }, /no context "four" .* it has: one, two/],
    [{ kubeconfig: join(dir, 'broken'), inCluster: false }, /cannot read the cluster configuration/],
    [{ kubeconfig: join(dir, 'none'), inCluster: false }, /cannot read the cluster configuration/],
  ]
  for (const [source, message] of cases)
    t.throws(() => loadKubeConfig(source), { name: 'ClusterConfigError', message })
})

t.test(
  'a token file goes to what reads it again each minute, a newline at its end does no harm',
  async (t) => {
    const cluster = new EmbeddedCluster()
    const api = await new EmbeddedApi(cluster, { token: 'first' }).start()
    const dir = t.testdir({})
    writeFileSync(join(dir, 'token'), 'first\n')
    const file = join(dir, 'config')
    writeFileSync(file, config({ server: api.url }, { tokenFile: 'token' }))
    const loaded = loadKubeConfig({ kubeconfig: file, inCluster: false })
    t.match(loaded.getCurrentUser(), {
      authProvider: { name: 'tokenFile', config: { tokenFile: join(dir, 'token') } },
    })
    const watching = new Watching(api, { kubeconfigFile: file })
    t.teardown(async () => {
      await watching.stop()
      await api.stop()
    })
    await watching.settled(api)
    t.equal(watching.cache.objects.pods.size, 0)
  },
)

t.test('a proxy of the kubeconfig is used', async (t) => {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }]
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'embedded' }], { extensions })
  const api = await new EmbeddedApi(new EmbeddedCluster(), { tls: { cert, key } }).start()
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    asked.push(String(request.url))
    const upstream = connect(api.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const address = proxy.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const kubeconfig = api
    .kubeconfig()
    .replace('"cluster":{', `"cluster":{"proxy-url":"http://127.0.0.1:${port}",`)
  const watching = new Watching(api, { kubeconfig })
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
    proxy.close()
  })
  await watching.settled(api)
  t.ok(asked.length > 0 && asked.every((target) => target === `127.0.0.1:${api.port}`), asked.join())
})

t.test('a kubeconfig that is not YAML is not quoted', async (t) => {
  const content = 'users:\n- name: me\n  user:\n    token: other-secret\n   client: {}\n'
  const kubeconfig = join(t.testdir({ config: content }), 'config')
  for (const source of [{ kubeconfig }, { kubeconfigText: content }]) {
    const error = thrownBy(() => loadKubeConfig({ ...source, inCluster: false }))
    t.match(errorChain(error), /^cannot read the cluster configuration \(.+\): line 5: bad indentation/)
    t.notMatch(inspect(error), /other-secret/)
  }
})

function thrownBy(call: () => unknown): unknown {
  try {
    call()
    return null
  } catch (error) {
    return error
  }
}
