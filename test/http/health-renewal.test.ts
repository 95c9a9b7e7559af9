import t from 'tap'
import { CredentialRenewal } from '../../src/cluster/client/credential-renewal.ts'
import { vaultAccess } from '../../src/cluster/client/vault.ts'
import { VaultServer } from '../cluster/client/vault-server.ts'
import { until } from '../cluster/watch/watching.ts'
import { serving } from './serving.ts'

const MINUTE = 60

t.test(
  'a token that Vault no longer gives is told by /readyz and the log, while all else works',
  async (t) => {
    let ahead = 0
    const now = () => Date.now() / 1000 + ahead
    const vault = await new VaultServer().start(t)
    const renewal = new CredentialRenewal()
    const { api, get, log } = await serving(t, {
      now,
      token: 'api-token',
      access: ({ url: apiServer }) => {
        const { url: address, token } = vault
        const settings = { address, token, namespace: null, secret: 'kv/kubernetes', apiServer }
        return { cluster: vaultAccess(settings, { env: {}, now, random: () => 0.01, renewal }), renewal }
      },
    })
    /** Watches begin anew, which asks for credentials. */
    const minuteLater = async (): Promise<void> => {
      const asked = vault.requests.length
      ahead += MINUTE
      api.faults.dropConnections()
      await until('Vault was asked', () => vault.requests.length > asked)
    }
    const lines = () => log.map((line) => JSON.parse(line)).filter(({ msg }) => /renewed/.test(msg))
    t.match(await get('/readyz'), { status: 200, body: { problems: [] } })
    vault.answer = (response) => response.writeHead(403).end()
    await minuteLater()
    await until('it is logged', () => lines().length > 0)
    await minuteLater()
    t.match(await get('/readyz'), {
      status: 200,
      body: {
        problems: [
          'the token for the API server cannot be renewed; the last one stays in use: Vault answered 403 for KUBERNETES_TOKEN_SECRET',
        ],
      },
    })
    vault.answer = null
    await minuteLater()
    await until('the end of it is logged', () => renewal.problem === null)
    t.match(await get('/readyz'), { status: 200, body: { problems: [] } })
    t.match(lines(), [
      { level: 40, error: 'Vault answered 403 for KUBERNETES_TOKEN_SECRET', msg: /cannot be renewed/ },
      { level: 30, msg: 'the token for the API server is renewed again' },
    ])
    t.equal(lines().length, 2, 'each change is logged once')
    t.notMatch(log.join(''), /vault-token|api-token/)
  },
)
