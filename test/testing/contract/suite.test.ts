import { generate } from 'selfsigned'
import t from 'tap'
import { contractSuite } from '../../../testing/contract/suite.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'

t.test('the embedded API keeps the contract over plain HTTP', async (t) => {
  const cluster = new EmbeddedCluster()
  const api = await new EmbeddedApi(cluster).start()
  t.teardown(() => api.stop())
  const compact = async (resourceVersion: number) => cluster.compact(resourceVersion)
  await contractSuite(t, { url: api.url, compact })
})

t.test('the embedded API keeps the contract over TLS with a token', async (t) => {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }]
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'embedded' }], { extensions })
  const api = await new EmbeddedApi(new EmbeddedCluster(), { tls: { cert, key }, token: 'secret' }).start()
  t.teardown(() => api.stop())
  await contractSuite(t, { url: api.url, token: 'secret', ca: cert })
})

t.test('the embedded API keeps the contract of a server without WatchList', async (t) => {
  const cluster = new EmbeddedCluster()
  const api = await new EmbeddedApi(cluster).start()
  api.faults.lacksWatchList = true
  t.teardown(() => api.stop())
  const compact = async (resourceVersion: number) => cluster.compact(resourceVersion)
  await contractSuite(t, { url: api.url, lacksWatchList: true, compact })
})
