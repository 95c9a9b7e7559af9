import t from 'tap'
import { fetchServer } from '../../src/cli/fetch-server.ts'
import { HttpProxy } from '../cluster/client/front.ts'

t.test('a server is asked through the proxy of the environment, unless it is exempt', async (t) => {
  const proxy = await new HttpProxy().start(t)
  const env = { HTTP_PROXY: `127.0.0.1:${proxy.port}` }
  const signal = AbortSignal.timeout(10_000)
  const { status, body } = await fetchServer(new URL('http://lynceus.example/version'), { signal }, env)
  t.equal(status, 200)
  await body?.cancel()
  t.strictSame(proxy.asked, ['GET http://lynceus.example/version'])
  const exempt = { ...env, NO_PROXY: 'lynceus.invalid' }
  await t.rejects(fetchServer(new URL('http://lynceus.invalid/'), { signal }, exempt))
  t.equal(proxy.asked.length, 1)
})
