import { generate } from 'selfsigned'
import t from 'tap'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { TcpProxy } from '../../../testing/fake-apiserver/tcp-proxy.ts'
import { until, Watching } from '../watch/watching.ts'

const pod = (name: string) => ({
  metadata: { name, namespace: 'shop' },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
})

async function certificate(): Promise<{ cert: string; key: string }> {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }]
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'embedded' }], { extensions })
  return { cert, key }
}

t.test(
  'all watches share one HTTP/2 session; a connection that swallows is found out by PINGs',
  async (t) => {
    const tls = await certificate()
    const cluster = new EmbeddedCluster()
    cluster.create('pods', pod('first'))
    const api = await new EmbeddedApi(cluster, { tls, token: 'secret' }).start()
    const proxy = await new TcpProxy(api.port).start()
    const kubeconfig = api.kubeconfig().replace(api.url, `https://127.0.0.1:${proxy.port}`)
    // Long enough that a busy machine answers in time.
    const pings = { afterMs: 200, timeoutMs: 3000 }
    const watching = new Watching(api, { kubeconfig, pings, resources: ['pods', 'deployments', 'jobs'] })
    t.teardown(async () => {
      await watching.stop()
      await proxy.stop()
      await api.stop()
    })
    await watching.settled(api)
    t.equal(proxy.connections, 1, 'one connection for three watches')

    const before = Date.now() / 1000
    proxy.mode = 'swallow'
    cluster.create('pods', pod('unheard'))
    await until('noticed', () => watching.state() === 'broken')
    t.ok(watching.cache.ageSeconds('pods', 'shop', Date.now() / 1000) > 0)
    const state = watching.cache.watchStates.get('pods', 'shop')
    t.ok(state.type === 'broken' && state.since <= before + 1.5, 'broken since it was last heard of')
    proxy.mode = 'pass'
    proxy.drop()
    await watching.settled(api)
    t.ok(watching.cache.objects.pods.get('shop', 'unheard'))
  },
)

t.test('a quiet watch whose PINGs are answered is not idle', async (t) => {
  const tls = await certificate()
  const api = await new EmbeddedApi(new EmbeddedCluster(), { tls, token: 'secret' }).start()
  const pings = { afterMs: 50, timeoutMs: 5000 }
  const watching = new Watching(api, { pings, timing: { idleSeconds: 1.5 } })
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
  })
  await watching.settled(api)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  t.same(watching.reasons, [])
  t.equal(watching.state(), 'working')
})

t.test('a server without HTTP/2 is spoken to in HTTP/1.1 over TLS', async (t) => {
  const tls = await certificate()
  const cluster = new EmbeddedCluster()
  cluster.create('pods', pod('first'))
  const api = await new EmbeddedApi(cluster, { tls: { ...tls, http2: false }, token: 'secret' }).start()
  const watching = new Watching(api)
  t.teardown(async () => {
    await watching.stop()
    await api.stop()
  })
  await watching.settled(api)
  cluster.create('pods', pod('second'))
  await watching.settled(api)
  t.equal(watching.cache.objects.pods.size, 2)
})

t.test('a certificate that is not trusted, or a wrong token, is a failure that is told', async (t) => {
  const tls = await certificate()
  const api = await new EmbeddedApi(new EmbeddedCluster(), { tls, token: 'secret' }).start()
  const stranger = new Watching(api, {
    kubeconfig: api.kubeconfig().replace(/"certificate-authority-data":"[^"]*"/, '"x":""'),
  })
  const intruder = new Watching(api, {
    kubeconfig: api.kubeconfig().replace('"token":"secret"', '"token":"wrong"'),
  })
  t.teardown(async () => {
    await Promise.all([stranger.stop(), intruder.stop()])
    await api.stop()
  })
  await until('refused', () => stranger.restarts.length > 1 && intruder.restarts.length > 1)
  t.ok(stranger.reasons.every((reason) => reason === 'connection'))
  t.ok(intruder.reasons.every((reason) => reason === 'unauthorized'))
  t.equal(stranger.state(), 'unsynced')
  t.equal(intruder.state(), 'unsynced')
})
