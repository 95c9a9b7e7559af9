import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { generate, type SelfsignedOptions } from 'selfsigned'
import t, { type Test } from 'tap'
import { parseAccess } from '../../../src/cluster/client/access.ts'
import { Connection } from '../../../src/cluster/client/connection.ts'

interface Pair {
  readonly cert: string
  readonly key: string
}

type Extensions = NonNullable<SelfsignedOptions['extensions']>

const AUTHORITY: Extensions = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
]
const NAMED: Extensions = [
  {
    name: 'subjectAltName',
    altNames: [...['127.0.0.1', '::1', '10.96.0.1'].map((ip) => ({ type: 7 as const, ip }))],
  },
]
const NAMELESS: Extensions = [{ name: 'extKeyUsage', serverAuth: true }]

async function certificate(name: string, extensions: Extensions, ca?: Pair): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    extensions,
    algorithm: 'sha256',
    ...(ca === undefined ? {} : { ca }),
  })
  return { cert: `${cert.trim()}\n`, key }
}

const root = await certificate('root', AUTHORITY)
const intermediate = await certificate('intermediate', AUTHORITY, root)
const server = await certificate('server', NAMED, intermediate)
const chain = { ...server, cert: server.cert + intermediate.cert }
const stranger = await certificate('stranger', NAMED)
const nameless = await certificate('localhost', NAMELESS, root)

/** A server that keeps the names it was asked by. */
async function listen(t: Test, pair: Pair, host = '127.0.0.1') {
  const authorities: string[] = []
  const listener = createSecureServer({ ...pair }, (request, response) => {
    authorities.push(request.authority)
    response.end('{}')
  })
  listener.listen(0, host)
  await once(listener, 'listening')
  t.teardown(() => listener.close())
  return { authorities, port: portOf(listener.address()) }
}

/** A proxy that is spoken to by TLS. */
async function listenAsProxy(t: Test, pair: Pair): Promise<number> {
  const proxy = createHttpsServer({ ...pair })
  proxy.on('connect', ({ url = '' }, client) => {
    const upstream = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return portOf(proxy.address())
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('a port was expected')
  return address.port
}

/** Asks a server with an authority, null for none. */
async function ask(t: Test, url: string, ca: Pair | null, cluster: object = {}): Promise<number> {
  const data = ca === null ? {} : { 'certificate-authority-data': Buffer.from(ca.cert).toString('base64') }
  const kubeconfig = JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: url, ...data, ...cluster } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  })
  const connection = new Connection(parseAccess(kubeconfig), 'test', () => Date.now() / 1000)
  t.teardown(() => connection.close())
  const { status, body } = await connection.request({
    path: '/api',
    accept: '*/*',
    signal: AbortSignal.timeout(20_000),
  })
  await body.toArray()
  return status
}

const cause = (message: RegExp) => ({ name: 'ConnectionError', cause: { message } })

t.test('an authority need not be a root', async (t) => {
  const { port } = await listen(t, chain)
  const url = `https://127.0.0.1:${port}`
  for (const ca of [root, intermediate, server]) t.equal(await ask(t, url, ca), 200)
  await t.rejects(ask(t, url, stranger), cause(/certificate/))
})

t.test('the common name of a certificate does not count as a name of the server', async (t) => {
  const { port } = await listen(t, nameless)
  await t.rejects(ask(t, `https://localhost:${port}`, root), cause(/no name but the common one/))
})

t.test('tls-server-name may be an address', async (t) => {
  const { port } = await listen(t, chain)
  const url = `https://localhost:${port}`
  t.equal(await ask(t, url, root, { 'tls-server-name': '10.96.0.1' }), 200)
  await t.rejects(ask(t, url, root, { 'tls-server-name': '10.96.0.2' }), cause(/10\.96\.0\.2/))
})

t.test('an IPv6 address has its brackets in :authority', async (t) => {
  const { authorities, port } = await listen(t, chain, '::1')
  await ask(t, `https://[::1]:${port}`, root)
  t.strictSame(authorities, [`[::1]:${port}`])
})

t.test('a proxy with TLS is verified like the server', async (t) => {
  const { port } = await listen(t, chain)
  const url = `https://127.0.0.1:${port}`
  const known = { 'proxy-url': `https://127.0.0.1:${await listenAsProxy(t, chain)}` }
  const unknown = { 'proxy-url': `https://127.0.0.1:${await listenAsProxy(t, stranger)}` }
  t.equal(await ask(t, url, root, known), 200)
  await t.rejects(ask(t, url, root, unknown), cause(/certificate/))
  t.equal(await ask(t, url, null, { ...unknown, 'insecure-skip-tls-verify': true }), 200)
})
