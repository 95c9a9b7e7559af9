import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findCluster } from '../../../src/cluster/client/access.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { run } from '../../cli/lynceus.ts'
import { VaultServer } from './vault-server.ts'

type Teardown = { teardown(handler: () => Promise<void> | void): void }

async function apiOf(t: Teardown, token: string | null = null): Promise<EmbeddedApi> {
  const api = await new EmbeddedApi(new EmbeddedCluster(), { token }).start()
  t.teardown(() => api.stop())
  return api
}

/** Looks as `serve` does, confined to one namespace. */
function find(env: Readonly<Record<string, string>>, more: object = {}) {
  const now = () => Date.now() / 1000
  return findCluster({ env, namespaces: ['shop'], alwaysProven: true, userAgent: 'test', now, ...more })
}

/** A home with this kubeconfig. */
function home(t: { testdir(content: Record<string, string>): string }, kubeconfig: string): string {
  const folder = t.testdir({})
  mkdirSync(join(folder, '.kube'))
  writeFileSync(join(folder, '.kube', 'config'), kubeconfig)
  return folder
}

/** No service account is mounted here, so this way fails. */
const POD = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' }
const SECRET = 'kv/kubernetes'

t.test('the first way by which pods may be watched is taken', async (t) => {
  const [first, second] = [await apiOf(t), await apiOf(t, 'api-token')]
  const vault = await new VaultServer().start(t)
  const vaultEnv = {
    VAULT_ADDR: vault.url,
    VAULT_TOKEN: vault.token,
    KUBERNETES_TOKEN_SECRET: SECRET,
    KUBERNETES_API_SERVER: second.url,
  }
  const folder = home(t, first.kubeconfig())
  const serverOf = async (env: Readonly<Record<string, string>>, more: object = {}) =>
    (await find({ HOME: folder, ...env }, more)).server.origin
  t.equal(await serverOf(vaultEnv), first.url, 'the kubeconfig comes before Vault')
  t.equal(vault.requests.length, 0)
  t.equal(await serverOf({ ...POD, ...vaultEnv }), first.url, 'the service account fails')
  first.access.forbidVerb('watch', 'pods')
  t.equal(await serverOf(vaultEnv), second.url, 'the kubeconfig may not watch pods')
  second.access.forbid('pods', 'shop')
  const refused = find({ HOME: folder, ...POD, ...vaultEnv })
  await t.rejects(refused, {
    name: 'NoAccessError',
    message:
      /^no cluster can be read: the service account of the pod: .+; kubeconfig .+: it may not watch pods in namespace shop; Vault: it may not watch pods in namespace shop$/,
  })
  const asked = first.requests.length
  const named = { ...POD, ...vaultEnv, KUBECONFIG: join(folder, '.kube', 'config') }
  t.equal(await serverOf(named), first.url, 'what is named is taken as it is: /readyz tells what is wrong')
  t.equal(first.requests.length, asked)
})

t.test('a context that is named is looked for in the kubeconfig alone', async (t) => {
  const api = await apiOf(t)
  const vault = await new VaultServer().start(t)
  const HOME = home(t, api.kubeconfig())
  const env = {
    HOME,
    VAULT_ADDR: vault.url,
    VAULT_TOKEN: vault.token,
    KUBERNETES_TOKEN_SECRET: SECRET,
    KUBERNETES_API_SERVER: api.url,
  }
  const message = /no context "other" in the kubeconfig/
  await t.rejects(find(env, { context: 'other' }), { message })
  t.equal(vault.requests.length, 0)
  await t.rejects(find({ HOME, KUBERNETES_CONTEXT: 'other' }), { message }, 'as apps-watcher has it')
  t.equal((await find({ ...env, KUBERNETES_CONTEXT: 'other' })).namespace, 'default', 'by Vault')
})

t.test('the only way need not be proven by a command that says itself what is wrong', async (t) => {
  const api = await apiOf(t)
  const HOME = home(t, api.kubeconfig())
  api.access.forbid('pods')
  await find({ HOME }, { alwaysProven: false })
  t.equal(api.requests.length, 0)
  await t.rejects(find({ HOME }), { name: 'NoAccessError' })
})

t.test('serve ends with 1 and every reason, and with no secret', async (t) => {
  const vault = await new VaultServer().start(t)
  const { code, stdout, stderr } = await run(['serve', '--port', '0', '--host', '127.0.0.1'], {
    ...POD,
    VAULT_ADDR: vault.url,
    VAULT_TOKEN: 'other-secret',
    KUBERNETES_TOKEN_SECRET: SECRET,
    KUBERNETES_API_SERVER: 'http://127.0.0.1:1',
  })
  t.equal(code, 1, stderr)
  t.match(stderr, /the service account of the pod: .*; Vault: .*Vault answered 403/)
  t.notMatch(stdout + stderr, /other-secret/)
})
