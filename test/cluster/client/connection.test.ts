import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { connectTo, PATH } from './connect-to.ts'
import { createAuthority, Front, HttpProxy } from './front.ts'

const authority = await createAuthority()

t.test('the path of the server comes before that of every request', async (t) => {
  for (const isHttp2 of [true, false, null]) {
    const front = await new Front(isHttp2 === null ? null : authority, isHttp2 === true).start(t)
    const server = `${front.url}/k8s//clusters/c-x/`
    const ask = connectTo(t, { server, ...(isHttp2 === null ? {} : { authority }) })
    await ask()
    await ask('/api/v1/namespaces/a/pods/b/log')
    t.strictSame(
      front.requests.map(({ path, version }) => `${version} ${path}`),
      [PATH, '/api/v1/namespaces/a/pods/b/log'].map(
        (path) => `${isHttp2 ? '2.0' : '1.1'} /k8s/clusters/c-x${path}`,
      ),
    )
  }
})

t.test('one connection serves all requests, one after the other', async (t) => {
  for (const isHttp2 of [true, false]) {
    const front = await new Front(authority, isHttp2).start(t)
    const ask = connectTo(t, { server: front.url, authority })
    await ask()
    await ask()
    await ask()
    t.equal(new Set(front.requests.map(({ port }) => port)).size, 1, `HTTP/2: ${isHttp2}`)
  }
})

t.test('impersonation, groups one header each', async (t) => {
  for (const isHttp2 of [true, false]) {
    const front = await new Front(authority, isHttp2).start(t)
    const user = {
      token: 't',
      as: 'jo',
      'as-uid': '7',
      'as-groups': ['g1', 'g2'],
      'as-user-extra': { scope: ['a'] },
    }
    await connectTo(t, { server: front.url, authority, user })()
    t.match(front.requests[0]?.headers, {
      authorization: 'Bearer t',
      'impersonate-user': 'jo',
      'impersonate-uid': '7',
      'impersonate-group': 'g1, g2',
      'impersonate-extra-scope': 'a',
    })
  }
})

t.test('names beyond ASCII are sent as UTF-8', async (t) => {
  for (const isHttp2 of [true, false]) {
    const front = await new Front(authority, isHttp2).start(t)
    const user = { token: 't', as: 'Łukas', 'as-groups': ['größe'] }
    const ask = connectTo(t, { server: front.url, authority, user })
    await ask()
    await ask(PATH, { method: 'POST', body: '{"a":"ä"}' })
    for (const { headers } of front.requests) {
      const read = (name: string): string => Buffer.from(String(headers[name]), 'latin1').toString()
      t.equal(read('impersonate-user'), 'Łukas')
      t.equal(read('impersonate-group'), 'größe')
    }
    t.equal(front.requests.length, 2)
  }
})

t.test('a header that servers would leave out is not sent, nor is the request', async (t) => {
  for (const isHttp2 of [true, false]) {
    const front = await new Front(authority, isHttp2).start(t)
    for (const user of [{ token: 't', as: 'jo\nann' }, { token: 'a\nb' }]) {
      const ask = connectTo(t, { server: front.url, authority, user })
      await t.rejects(ask(), { name: 'ConnectionError', message: /control character/ })
    }
    t.strictSame(front.requests, [])
  }
})

t.test('a proxy of the kubeconfig, or of the environment, carries the connection', async (t) => {
  const front = await new Front(authority).start(t)
  const proxy = await new HttpProxy().start(t)
  const address = `127.0.0.1:${proxy.port}`
  const target = `127.0.0.1:${front.port}`
  const given = { server: `${front.url}/prefix`, authority }
  t.equal(await connectTo(t, { ...given, cluster: { 'proxy-url': `http://a:b%21@${address}` } })(), 200)
  t.strictSame(proxy.asked, [`CONNECT ${target}`])
  t.strictSame(proxy.authorizations, [`Basic ${Buffer.from('a:b!').toString('base64')}`])
  t.match(front.requests[0], { path: `/prefix${PATH}`, version: '2.0' })
  const env = { HTTPS_PROXY: address }
  await connectTo(t, { ...given, env })()
  t.equal(proxy.asked.length, 1, 'not to loopback')
  proxy.refuses = true
  const refused = connectTo(t, { ...given, cluster: { 'proxy-url': `http://${address}` } })
  await t.rejects(refused(), {
    name: 'ConnectionError',
    message: `cannot connect to ${target} through the proxy ${address}`,
    cause: { message: /407/ },
  })
  const elsewhere = { server: 'https://api.example:6443', env: { https_proxy: `http://${address}` } }
  await t.rejects(connectTo(t, elsewhere)(), { message: /through the proxy/ })
  t.equal(proxy.asked.at(-1), 'CONNECT api.example:6443')
})

t.test('a server without encryption is asked of a proxy by its whole address', async (t) => {
  const proxy = await new HttpProxy().start(t)
  const env = { HTTP_PROXY: `127.0.0.1:${proxy.port}` }
  await connectTo(t, { server: 'http://api.example/p', env })()
  t.strictSame(proxy.asked, [`GET http://api.example/p${PATH}`])
})

t.test('client certificates that rotate are used for the next request', async (t) => {
  for (const isHttp2 of [true, false]) {
    const front = await new Front(authority, isHttp2).start(t)
    const dir = t.testdir({})
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
    const write = async (name: string) => {
      const pair = await authority.client(name)
      writeFileSync(cert, pair.cert)
      writeFileSync(key, pair.key)
    }
    await write('first')
    const user = { 'client-certificate': cert, 'client-key': key }
    const ask = connectTo(t, { server: front.url, authority, user })
    await ask()
    await ask()
    await write('second')
    await ask()
    t.strictSame(
      front.requests.map(({ client }) => client),
      ['first', 'first', 'second'],
    )
  }
})

t.test(
  'a 401 asks for other credentials; when it persists, the next request has another connection',
  async (t) => {
    for (const isHttp2 of [true, false]) {
      const front = await new Front(authority, isHttp2).start(t)
      front.status = ({ headers }) => (headers.authorization === 'Bearer fresh' ? 200 : 401)
      const tokenFile = join(t.testdir({ token: 'old' }), 'token')
      const ask = connectTo(t, { server: front.url, authority, user: { tokenFile } })
      t.equal(await ask(), 401)
      t.equal(await ask(), 401)
      const ports = front.requests.map(({ port }) => port)
      t.equal(new Set(ports).size, ports.length, 'connections')
      writeFileSync(tokenFile, 'fresh\n')
      t.equal(await ask(), 200, 'read again at once')
      t.equal(await ask(), 200)
    }
  },
)

t.test('an exec plugin runs once for all, and again after a 401', async (t) => {
  const front = await new Front(authority).start(t)
  const dir = t.testdir({})
  const plugin = join(dir, 'plugin')
  const [runs, token, info] = [join(dir, 'runs'), join(dir, 'token'), join(dir, 'info')]
  writeFileSync(token, 'one')
  writeFileSync(
    plugin,
    `#!/bin/sh
echo run >> ${runs}
printf %s "$KUBERNETES_EXEC_INFO" > ${info}
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s","expirationTimestamp":null}}' "$(cat ${token})" "$EXTRA"
`,
  )
  chmodSync(plugin, 0o755)
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: plugin,
    env: [{ name: 'EXTRA', value: 'x' }],
    interactiveMode: 'Never',
    provideClusterInfo: true,
  }
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }]
  const env = { PATH: process.env.PATH }
  const ask = connectTo(t, { server: front.url, authority, user: { exec }, cluster: { extensions }, env })
  await Promise.all(Array.from({ length: 9 }, () => ask()))
  t.equal(readFileSync(runs, 'utf8'), 'run\n')
  t.ok(front.requests.every(({ headers }) => headers.authorization === 'Bearer one-x'))
  t.strictSame(JSON.parse(readFileSync(info, 'utf8')), {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: {
      cluster: {
        server: front.url,
        'certificate-authority-data': Buffer.from(authority.cert).toString('base64'),
        config: { audience: 'a' },
      },
      interactive: false,
    },
  })
  front.status = ({ headers }) => (headers.authorization === 'Bearer two-x' ? 200 : 401)
  writeFileSync(token, 'two')
  const statuses = await Promise.all(Array.from({ length: 9 }, () => ask()))
  t.ok(statuses.every((status) => status === 200))
  t.equal(readFileSync(runs, 'utf8'), 'run\nrun\n', 'once for all that were refused')
})

t.test('an exec plugin is found by our own PATH, and may print YAML', async (t) => {
  const front = await new Front(authority).start(t)
  const dir = t.testdir({})
  const apiVersion = 'client.authentication.k8s.io/v1'
  const script = `printf 'apiVersion: ${apiVersion}\\nkind: ExecCredential\\nstatus: {token: one}\\n'`
  writeFileSync(join(dir, 'some-plugin'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(dir, 'some-plugin'), 0o755)
  const user = (PATH: string) => ({
    exec: {
      apiVersion,
      interactiveMode: 'Never',
      command: 'some-plugin',
      env: [{ name: 'PATH', value: PATH }],
    },
  })
  const target = { server: front.url, authority }
  t.equal(await connectTo(t, { ...target, user: user('/none'), env: { PATH: dir } })(), 200)
  t.equal(front.requests[0]?.headers.authorization, 'Bearer one')
  const elsewhere = connectTo(t, { ...target, user: user(dir), env: { PATH: '/none' } })
  await t.rejects(elsewhere(), { cause: { message: /no such executable/ } })
})

t.test('what is wrong with an exec plugin is said, and nothing of what it wrote', async (t) => {
  const dir = t.testdir({})
  const apiVersion = 'client.authentication.k8s.io/v1'
  const answer = (status: object) =>
    `echo '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}'`
  const cases: readonly (readonly [string, RegExp])[] = [
    ['exit 3', /it ended with exit code 3/],
    ['echo other-secret', /not an ExecCredential/],
    ["echo '{'", /its output is neither JSON nor YAML/],
    ['echo \'{"token":"other-secret"}\'', /not an ExecCredential/],
    [answer({}), /neither a token nor a certificate/],
    [answer({ clientKeyData: 'other-secret' }), /certificate without a key|key without a certificate/],
    [answer({ token: 'x' }).replace('/v1', '/v1beta1'), /configured for .*v1, and returned .*v1beta1/],
    [answer({ token: 'x', expirationTimestamp: 'soon' }), /expirationTimestamp is not a time/],
    [answer({ token: 'x', expirationTimestamp: '2099-01-01' }), /expirationTimestamp is not a time/],
    ['yes other-secret', /it wrote more than 1048576 bytes/],
  ]
  const causeOf = async (exec: object): Promise<string> => {
    const env = { PATH: process.env.PATH }
    const user = { exec: { apiVersion, interactiveMode: 'Never', ...exec } }
    const error: unknown = await connectTo(t, { server: 'https://127.0.0.1:1', user, env })().catch(
      (e: unknown) => e,
    )
    return error instanceof Error ? `${error.message}: ${error.cause}` : ''
  }
  for (const [script, message] of cases) {
    const command = join(dir, 'plugin')
    writeFileSync(command, `#!/bin/sh\n${script}\n`)
    chmodSync(command, 0o755)
    const said = await causeOf({ command })
    t.match(said, message)
    t.notMatch(said, /other-secret/)
  }
  t.match(
    await causeOf({ command: 'no-such-plugin', installHint: 'Install it\u001b[1m from here.' }),
    /no-such-plugin: no such executable. Install it\[1m from here./,
  )
  t.match(
    await causeOf({ command: 'x', interactiveMode: 'Always' }),
    process.stdin.isTTY ? /no such executable/ : /it needs a terminal/,
  )
})
