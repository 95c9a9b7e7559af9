import { once } from 'node:events'
import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import t from 'tap'
import { CredentialRenewal } from '../../../src/cluster/client/credential-renewal.ts'
import {
  readToken,
  type VaultSettings,
  vaultAccess,
  vaultSettings,
} from '../../../src/cluster/client/vault.ts'
import { until } from '../watch/watching.ts'
import { VaultServer } from './vault-server.ts'

const ENV = {
  VAULT_ADDR: 'vault.example',
  VAULT_TOKEN: 'vault-token',
  KUBERNETES_TOKEN_SECRET: 'secret/kubernetes',
  KUBERNETES_API_SERVER: 'api.example:6443',
}

class CountedRenewal extends CredentialRenewal {
  attempts = 0

  override failed(reason: string): void {
    super.failed(reason)
    this.attempts += 1
  }

  override succeeded(): void {
    super.succeeded()
    this.attempts += 1
  }
}

function settings(server: VaultServer, more: Partial<VaultSettings> = {}): VaultSettings {
  const { url: address, token } = server
  return { address, token, namespace: null, secret: 'secret/kubernetes', apiServer: 'api.example', ...more }
}

t.test('Vault is asked only when all of its variables are set', async (t) => {
  t.match(vaultSettings(ENV), { address: 'vault.example', namespace: null })
  t.match(vaultSettings({ ...ENV, VAULT_NAMESPACE: 'team-1' }), { namespace: 'team-1' })
  for (const name of Object.keys(ENV)) t.equal(vaultSettings({ ...ENV, [name]: '' }), null, name)
})

t.test('the token is found in both versions of the engine, however the secret is named', async (t) => {
  const server = await new VaultServer().start(t)
  for (const secret of ['kv/kubernetes', 'secret/data/kubernetes', 'secret/kubernetes', '/v1/kv/kubernetes/'])
    t.equal(await readToken(settings(server, { secret })), 'api-token', secret)
  t.notOk(server.requests.some(({ headers }) => 'x-vault-namespace' in headers))
  await readToken(settings(server, { secret: 'kv/kubernetes', namespace: 'team-1' }))
  t.match(server.requests.at(-1)?.headers, { 'x-vault-namespace': 'team-1', 'x-vault-request': 'true' })
  server.fields = { token: 'api-token\n' }
  t.equal(await readToken(settings(server)), 'api-token', 'no newline')
})

t.test('what goes wrong is said, and nothing secret with it', async (t) => {
  const server = await new VaultServer().start(t)
  const refused = async (given: VaultSettings, message: RegExp) => {
    const error: unknown = await readToken(given).catch((thrown: unknown) => thrown)
    t.match(error, { name: 'VaultError', message })
    if (error instanceof Error) t.notMatch(`${error.stack}${error.cause}`, /other-secret/)
  }
  const cases: readonly (readonly [Partial<VaultSettings>, RegExp])[] = [
    [{ token: 'other-secret' }, /^Vault answered 403 for KUBERNETES_TOKEN_SECRET$/],
    [{ secret: 'kv/none' }, /^Vault answered 404 for KUBERNETES_TOKEN_SECRET$/],
    [{ secret: 'secret/none' }, /^Vault answered 404 for KUBERNETES_TOKEN_SECRET$/],
    [{ address: 'http://127.0.0.1:1' }, /^Vault could not be asked \(ECONNREFUSED\)$/],
    [{ address: 'ftp://other-secret' }, /^VAULT_ADDR is not an http\(s\) address/],
    [{ address: 'https://user:other-secret@vault.example' }, /^VAULT_ADDR is not an http\(s\) address/],
  ]
  for (const [more, message] of cases) await refused(settings(server, more), message)
  server.fields = { password: 'other-secret' }
  await refused(settings(server), /has no field "token"$/)
  server.answer = (response) => response.end('other-secret is no JSON')
  await refused(settings(server), /^Vault's answer is not JSON$/)
  server.answer = (response) => response.end(JSON.stringify('x'.repeat(300_000)))
  await refused(settings(server), /^Vault's answer has more than 262144 bytes$/)
  const elsewhere = await new VaultServer().start(t)
  server.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end()
  await refused(settings(server), /^Vault answered 307/)
  t.equal(elsewhere.requests.length, 0, 'the token is carried nowhere else')
})

t.test('the token is read again each minute, and used on while Vault is away', async (t) => {
  const server = await new VaultServer().start(t)
  let now = 1_700_000_000
  const renewal = new CountedRenewal()
  const changes: (string | null)[] = []
  renewal.onChange((problem) => changes.push(problem))
  const access = vaultAccess(settings(server), { env: {}, now: () => now, random: () => 0.5, renewal })
  const header = async () => (await access.credentials.current()).authorization
  t.equal(access.server.href, 'https://api.example/')
  t.equal(await header(), 'Bearer api-token')
  server.fields = { token: 'second-token' }
  t.equal(await header(), 'Bearer api-token')
  now += 60
  t.equal(await header(), 'Bearer second-token')
  t.strictSame(changes, [])
  server.answer = (response) => response.writeHead(503).end()
  const unavailable = 'Vault answered 503 for KUBERNETES_TOKEN_SECRET'
  now += 60
  t.equal(await header(), 'Bearer second-token')
  t.equal(renewal.problem, unavailable)
  /** Vault is asked again after so many seconds and not before; no request waits for it. */
  const asksAgain = async (seconds: number): Promise<void> => {
    const before = renewal.attempts
    now += seconds - 1
    t.equal(await header(), 'Bearer second-token')
    now += 1
    t.equal(await header(), 'Bearer second-token')
    await until('Vault was asked again', () => renewal.attempts > before)
    t.equal(renewal.attempts, before + 1, `once within ${seconds} s`)
  }
  await asksAgain(5)
  await asksAgain(10)
  t.strictSame(changes, [unavailable], 'told once')
  server.answer = (response) => response.writeHead(403).end()
  await asksAgain(20)
  const refused = 'Vault answered 403 for KUBERNETES_TOKEN_SECRET'
  t.strictSame(changes, [unavailable, refused], 'another reason is told')
  server.answer = null
  server.fields = { token: 'third-token' }
  await asksAgain(30)
  t.strictSame(changes, [unavailable, refused, null])
  t.equal(await header(), 'Bearer third-token')
  t.equal(renewal.problem, null)
})

t.test('a certificate that nobody vouches for is not accepted', async (t) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }])
  const asked: string[] = []
  const server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const given = vaultSettings({ ...ENV, VAULT_ADDR: `127.0.0.1:${port}` })
  await t.rejects(async () => given && readToken(given), {
    message: 'Vault could not be asked (DEPTH_ZERO_SELF_SIGNED_CERT)',
  })
  t.same(asked, [])
})
