import { once } from 'node:events'
import { connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { generate } from 'selfsigned'
import t from 'tap'
import { ContractClient } from '../../../testing/contract/client.ts'
import { pod, startApi } from './api.ts'

t.test('HTTP/2 by ALPN, HTTP/1.1 for who does not ask for it', async (t) => {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }]
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'embedded' }], { extensions })
  const { api, cluster, faults } = await startApi(t, { tls: { cert, key } })
  cluster.create('pods', pod('one'))
  const session = connect(api.url, { ca: cert })
  t.teardown(() => session.destroy())
  const list = session.request({ ':path': '/api/v1/pods' })
  t.match(JSON.parse(await text(list)), { kind: 'PodList', items: [{ metadata: { name: 'one' } }] }, 'a list')
  const watch = session.request({ ':path': '/api/v1/pods?watch=1&timeoutSeconds=20' })
  watch.setEncoding('utf8')
  t.match(String((await once(watch, 'data'))[0]), /"ADDED"/, 'a watch beside it')
  cluster.create('pods', pod('two'))
  t.match(String((await once(watch, 'data'))[0]), /"two"/, 'that goes on')
  const closed = once(session, 'close')
  watch.on('error', () => watch.destroy())
  faults.dropConnections()
  await closed
  const old = new ContractClient({ url: api.url, ca: cert })
  t.equal((await old.get('/version')).status, 200, 'HTTP/1.1')
  t.match(api.kubeconfig(), /certificate-authority-data/)
})
