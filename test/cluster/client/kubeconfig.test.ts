import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import t from 'tap'
import { loadAccess, parseAccess } from '../../../src/cluster/client/access.ts'
import { findContext, readKubeconfig } from '../../../src/cluster/client/kubeconfig.ts'
import { errorChain } from '../../../src/lib/error-chain.ts'

interface Parts {
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  readonly current?: string
  readonly suffix?: string
}

const SERVER = 'https://127.0.0.1:1'

/** A kubeconfig with the contexts one and two; `suffix` makes its entries' names differ from another's. */
function config({
  cluster = {},
  user = { token: 't' },
  context = {},
  current = 'one',
  suffix = '',
}: Parts = {}): string {
  const to = { cluster: `c${suffix}`, user: `u${suffix}` }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    clusters: [{ name: to.cluster, cluster: { server: SERVER, ...cluster } }],
    users: [{ name: to.user, user }],
    contexts: [
      { name: `one${suffix}`, context: { ...to, ...context } },
      { name: `two${suffix}`, context: { ...to, namespace: 'second' } },
    ],
  })
}

const headers = (content: string) => parseAccess(content).headers
const authorization = async (content: string) =>
  (await parseAccess(content).credentials.current()).authorization

t.test('files are merged as kubectl merges them', async (t) => {
  const dir = t.testdir({ empty: '', broken: '{' })
  const file = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  const one = file('one', config({ current: '' }))
  const other = file(
    'other',
    config({ suffix: '-b', current: 'two-b', cluster: { server: 'https://127.0.0.1:2' } }),
  )
  const same = file('same', config({ cluster: { server: 'https://127.0.0.1:3' }, current: 'one' }))
  const unused = file('unused', config({ suffix: '-x' }).replace('"token":"t"', '"token":7'))
  const [missing, empty] = [join(dir, 'missing'), join(dir, 'empty')]
  const read = (paths: readonly string[], context?: string) => {
    const kubeconfig = readKubeconfig(paths)
    return kubeconfig === null ? null : findContext(kubeconfig, context)
  }
  t.match(read([missing, empty, one, other]), { context: 'two-b', namespace: 'second' })
  t.match(read([one, other], 'one'), { namespace: 'default', cluster: { server: SERVER } })
  t.match(read([one, same]), { cluster: { server: SERVER } }, 'the first entry of a name counts')
  t.match(read([one, unused], 'two'), { namespace: 'second' }, 'a broken entry that is not used')
  t.equal(read([missing]), null)
  t.throws(() => read([one, join(dir, 'broken')]), {
    name: 'ClusterConfigError',
    message: /broken is not YAML/,
  })
})

t.test('paths resolve against their own file', async (t) => {
  const dir = t.testdir({})
  mkdirSync(join(dir, 'sub'))
  const exec = { command: './bin/plugin', apiVersion: 'client.authentication.k8s.io/v1' }
  const user = { 'client-certificate': 'c.pem', 'client-key': '/abs/k.pem', tokenFile: 't', exec }
  writeFileSync(join(dir, 'sub', 'config'), config({ cluster: { 'certificate-authority': 'ca.pem' }, user }))
  const kubeconfig = readKubeconfig([join(dir, 'sub', 'config')])
  t.match(kubeconfig && findContext(kubeconfig, undefined), {
    cluster: { 'certificate-authority': join(dir, 'sub', 'ca.pem') },
    user: {
      'client-certificate': join(dir, 'sub', 'c.pem'),
      'client-key': '/abs/k.pem',
      tokenFile: join(dir, 'sub', 't'),
      exec: { command: join(dir, 'sub', 'bin/plugin') },
    },
  })
})

t.test('a server is read as kubectl reads it', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['https://h:1/k8s//clusters/c-x/', 'https://h:1/k8s/clusters/c-x'],
    ['https://h:1/', 'https://h:1/'],
    ['https://h/p?q=1#f', 'https://h/p'],
    ['h:8080', 'http://h:8080/'],
    ['https://h//a/../b/./%63%2Fd%20e!', 'https://h/b/c/d%20e%21'],
  ]
  for (const [server, href] of cases)
    t.equal(parseAccess(config({ cluster: { server } })).server.href, href, server)
})

t.test('YAML is read as Go reads it: null is absent, the last of two keys counts, yes is true', async (t) => {
  const yaml = [
    'current-context: c',
    'clusters: [{name: a, cluster: {server: "https://h:1", insecure-skip-tls-verify: yes, proxy-url: null}}]',
    'contexts: [{name: c, context: {cluster: a, user: u}}]',
    'users: [{name: u, user: {token: first, token: second}}]',
  ].join('\n')
  const access = parseAccess(yaml)
  t.equal((await access.credentials.current()).authorization, 'Bearer second')
  t.equal((await access.readTls()).rejectUnauthorized, false)
})

t.test('files that only Go would read', async (t) => {
  const text = config()
  const yaml = text.replaceAll('"one"', '1:30')
  const cases: readonly (readonly [string, string | Buffer])[] = [
    ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['a byte order mark', `\ufeff${text}`],
    ['the first of several documents', `---\n${text}\n---\n${text.replace(SERVER, 'https://other')}\n---\n`],
    ['no number with sixties', yaml],
    [
      'entries without a name, or null',
      text.replace('"users":[', '"users":[{},').replace('"clusters":[', '"clusters":[null,'),
    ],
    ['an extension without a value', config({ cluster: { extensions: [{ name: 'x' }] } })],
    [
      'a key without a certificate',
      config({ user: { token: 't', 'client-key': '/none', 'client-key-data': 'x' } }),
    ],
  ]
  for (const [name, content] of cases) {
    const path = join(t.testdir({}), 'config')
    writeFileSync(path, content)
    const access = loadAccess([path])
    t.equal(access.server.href, `${SERVER}/`, name)
    t.strictSame(await access.credentials.current(), { authorization: 'Bearer t' }, name)
  }
})

t.test('who is asked for', async (t) => {
  t.equal(await authorization(config()), 'Bearer t')
  t.equal(await authorization(config({ user: { username: 'a', password: 'b' } })), 'Basic YTpi')
  const address = (server: string) => config({ cluster: { server } })
  t.equal(await authorization(address('https://a:b%2F@h')), `Basic ${btoa('a:b/')}`, 'before the token')
  t.equal(await authorization(address('http://a:b@h')), 'Basic YTpi')
  const plain = config({ cluster: { server: 'http://h' } })
  t.equal(await authorization(plain), undefined, 'no token without encryption')
  const user = {
    token: 't',
    as: 'jo',
    'as-uid': '7',
    'as-groups': ['g 1', 'g2'],
    'as-user-extra': { 'Sc/x%y': ['1', '2'] },
  }
  t.strictSame(headers(config({ user })), {
    'impersonate-user': 'jo',
    'impersonate-uid': '7',
    'impersonate-group': ['g 1', 'g2'],
    'impersonate-extra-Sc%2fx%25y': ['1', '2'],
  })
})

t.test('what kubectl refuses is refused, with a sentence', async (t) => {
  const exec = { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' }
  const claims = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`
  const issuer = { 'idp-issuer-url': 'https://i', 'client-id': 'c' }
  const oidc = (token: string, more: object = issuer) => ({
    'auth-provider': { name: 'oidc', config: { 'id-token': token, ...more } },
  })
  const soon = claims(Date.now() / 1000 + 5)
  const plain = { server: 'http://h' }
  const cases: readonly (readonly [Parts, RegExp])[] = [
    [{ current: '' }, /no current context; it has: one, two/],
    [{ current: 'four' }, /no context "four" in the kubeconfig; it has: one, two/],
    [{ context: { cluster: 'none' } }, /the cluster "none", which the kubeconfig does not have/],
    [{ context: { cluster: null } }, /context "one" names no cluster/],
    [{ context: { user: 'none' } }, /user "none" has no credentials/],
    [{ context: { user: '' } }, /the context names no user/],
    [{ cluster: { server: '' } }, /has no server/],
    [{ cluster: { server: 'tcp://h' } }, /not an http\(s\) address/],
    [{ cluster: { 'proxy-url': 'ftp://h' } }, /proxy-url is not/],
    [
      { cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority-data': 'eA==' } },
      /cannot be combined/,
    ],
    [{ cluster: { 'certificate-authority': 'a', 'certificate-authority-data': 'eA==' } }, /are both set/],
    [{ cluster: { 'certificate-authority': '/none' } }, /cannot read \/none: ENOENT/],
    [{ user: { token: 7 } }, /user "u", token: must be string/],
    [{ user: { token: 't', username: 'a' } }, /a token and a password/],
    [{ user: { 'client-certificate-data': 'eA==' } }, /needs client-key/],
    [{ user: { token: 't', 'as-groups': ['g'] } }, /need as/],
    [{ user: { exec, 'auth-provider': { name: 'oidc' } } }, /cannot be combined with exec/],
    [{ user: { exec: { ...exec, command: '' } } }, /it has no command/],
    [{ user: { exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1alpha1' } } }, /is none of/],
    [{ user: { exec: { ...exec, interactiveMode: undefined } } }, /no interactiveMode/],
    [{ user: { 'auth-provider': { name: 'gcp' } } }, /was removed .* gke-gcloud-auth-plugin/],
    [{ user: oidc(claims(1)) }, /has expired, and Lynceus does not refresh it; run kubectl once/],
    [{ user: oidc('') }, /is missing/],
    [{ user: oidc(soon) }, /has expired/],
    [{ user: oidc(`x.${btoa('{}')}.x`) }, /has expired/],
    [{ user: oidc(soon, { ...issuer, 'client-id': '' }) }, /no client-id/],
    [{ user: { password: 'x' } }, /no credentials/],
    [{ user: { username: 'a', tokenFile: '/t' } }, /a token file and a password/],
    [{ user: {}, cluster: { server: 'https://a:b@h' } }, /no credentials/],
    [{ user: { exec: { ...exec, command: '' } }, cluster: plain }, /it has no command/],
    [
      { user: { 'client-certificate': '/none', 'client-key': '/none' }, cluster: plain },
      /cannot read \/none/,
    ],
    [{ cluster: { server: 'h:1/path' } }, /a path and no scheme/],
    [{ cluster: { server: 'https://h/%zz' } }, /not an address/],
    [{ cluster: { 'proxy-url': 'socks5h://h:1' } }, /proxy-url is not/],
    [{ cluster: { 'certificate-authority-data': 'eA' } }, /certificate-authority-data is not base64/],
  ]
  for (const [parts, message] of cases)
    t.throws(() => parseAccess(config(parts)), { name: 'ClusterConfigError', message }, String(message))
  const valid = claims(Date.now() / 1000 + 600)
  t.equal(await authorization(config({ user: oidc(valid) })), `Bearer ${valid}`)
  const twice = config().replace('"users":[', '"users":[{"name":"u","user":{}},')
  t.throws(() => parseAccess(twice), { message: /users has two entries named "u"/ })
  t.throws(() => parseAccess(config().replace('"v1"', '"v2"')), { message: /not of kind Config/ })
})

t.test('a file that is not there, or cannot be read, is named', async (t) => {
  const dir = t.testdir({})
  t.throws(() => loadAccess([join(dir, 'none')]), {
    name: 'ClusterConfigError',
    message: /no such kubeconfig/,
  })
  t.throws(() => loadAccess([dir]), { name: 'ClusterConfigError', message: /cannot read the kubeconfig/ })
})

t.test('a kubeconfig that is not YAML is not quoted', async (t) => {
  const content = 'users:\n- name: me\n  user:\n    token: other-secret\n   client: {}\n'
  const path = join(t.testdir({ config: content }), 'config')
  for (const call of [() => loadAccess([path]), () => parseAccess(content)]) {
    const error = thrownBy(call)
    t.match(errorChain(error), /^kubeconfig .+ is not YAML: line 5: /)
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
