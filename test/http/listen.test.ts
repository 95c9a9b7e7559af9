import { networkInterfaces } from 'node:os'
import { fastify } from 'fastify'
import t from 'tap'
import type { App } from '../../src/http/app-type.ts'
import { listenOn } from '../../src/http/listen.ts'

type Teardown = { teardown(handler: () => Promise<void>): void }

function newApp(t: Teardown): App {
  const app: App = fastify({ forceCloseConnections: true })
  app.get('/', async () => 'here')
  t.teardown(() => app.close())
  return app
}

/** An app on a machine that refuses every address of IPv6. */
function withoutIpv6(app: App, code: string): Pick<App, 'listen'> {
  const listen = async (options: { readonly host?: string }) => {
    if (options.host?.includes(':') === true)
      throw Object.assign(new Error(`listen ${code}: not supported ${options.host}`), { code })
    return app.listen(options)
  }
  return Object.assign(Object.create(app), { listen })
}

function portOf(app: App): number {
  const [address] = app.addresses()
  if (address === undefined || typeof address === 'string') throw new Error('the app listens nowhere')
  return address.port
}

/** Whether this machine has IPv6 at all. */
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ family, address }) => family === 'IPv6' && address === '::1'),
)

t.test('by default on all addresses, of IPv6 too where it exists', async (t) => {
  const app = newApp(t)
  await listenOn(app, undefined, 0)
  for (const host of hasIpv6 ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'])
    t.equal(await (await fetch(`http://${host}:${portOf(app)}/`)).text(), 'here', host)
})

t.test('on IPv4 alone where there is no IPv6', async (t) => {
  for (const code of ['EAFNOSUPPORT', 'EADDRNOTAVAIL']) {
    const app = newApp(t)
    await listenOn(withoutIpv6(app, code), undefined, 0)
    t.match(app.addresses(), [{ address: '0.0.0.0', family: 'IPv4' }], code)
    t.equal(await (await fetch(`http://127.0.0.1:${portOf(app)}/`)).text(), 'here', code)
  }
})

t.test('on the address that is named and on no other', async (t) => {
  const app = newApp(t)
  await listenOn(app, '127.0.0.1', 0)
  t.match(app.addresses(), [{ address: '127.0.0.1', family: 'IPv4' }])
  const named = newApp(t)
  await t.rejects(listenOn(withoutIpv6(named, 'EAFNOSUPPORT'), '::', 0), { code: 'EAFNOSUPPORT' })
  t.same(named.addresses(), [], 'whoever names an address gets that one or an error')
})

t.test('a port that is taken is told, not passed over', async (t) => {
  const first = newApp(t)
  await listenOn(first, undefined, 0)
  await t.rejects(listenOn(newApp(t), undefined, portOf(first)), { code: 'EADDRINUSE' })
})
