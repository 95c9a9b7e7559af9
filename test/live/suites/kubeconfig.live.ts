// Kubeconfigs and environments as people have them: kubectl and Lynceus side by side, before the real API server.
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { Agent } from 'undici'
import { createPki } from '../conformance/pki.ts'
import { LynceusUser, nameOf, type Result, runGate, runKubectl, type Start } from '../conformance/programs.ts'
import type { Row } from '../conformance/row.ts'
import { ROWS } from '../conformance/rows.ts'
import { Stage, type World } from '../conformance/stage.ts'
import { readEnvironment } from '../support/environment.ts'
import { text } from '../support/json.ts'
import { readKubeconfig } from '../support/kubeconfig.ts'
import { deployment, SERVING } from '../support/manifests.ts'
import { Scenario } from '../support/scenario.ts'

/** Most of a row is spent waiting for kubectl and gate. */
t.jobs = 4

const NAMESPACE = 'conformance'
/** An account without rights. */
const NOBODY = '/api/v1/namespaces/default/serviceaccounts/default'

async function createWorld(t: Test): Promise<World> {
  const scenario = await Scenario.start(t, NAMESPACE)
  const { api } = scenario
  await scenario.deploy(deployment('app', SERVING, 0))
  await api.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: NAMESPACE },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `system:serviceaccounts:${NAMESPACE}` },
    ],
  })
  t.teardown(() => api.delete(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${NAMESPACE}`))
  const create = (name: string): Promise<unknown> =>
    api.create(scenario.path('v1', 'serviceaccounts'), {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
    })
  const token = async (account: string): Promise<string> => {
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
    return text(await api.create(`${account}/token`, request), 'status', 'token')
  }
  const account = (name: string): string => scenario.path('v1', 'serviceaccounts', name)
  await Promise.all(['alice', 'bob'].map(create))
  const { server, ca, servername, token: admin } = readKubeconfig(readEnvironment().kubeconfig)
  // By HTTP/2 it would join headers of one name.
  const dispatcher = new Agent({ allowH2: false, bodyTimeout: 0, connect: { ca, servername } })
  t.teardown(() => dispatcher.destroy())
  const pki = await createPki()
  return {
    pki,
    backend: { server, dispatcher, token: admin, clientCa: pki.root.cert },
    namespace: NAMESPACE,
    tokens: {
      alice: await token(account('alice')),
      bob: await token(account('bob')),
      eve: await token(NOBODY),
    },
    direct: { server, ca, servername },
  }
}

/** Both programs at a row, once. */
async function compare(
  t: Test,
  stage: Stage,
  start: Start,
  client: LynceusUser,
  row: Row,
  isFirst = true,
): Promise<void> {
  const { by = 'client', says, differs } = row
  const kubectl = await runKubectl(start)
  stage.restore()
  const kubectlSeen = stage.evidence()
  const written: unknown = row.sameFile === undefined ? null : JSON.parse(stage.take(row.sameFile))
  t.equal(nameOf(kubectl.user), row.user, `kubectl: ${kubectl.said}`)
  const wanted = differs === undefined ? row.user : differs.user
  const check = (who: string, result: Result, isWhole: boolean): void => {
    const seen = stage.evidence()
    if (isWhole) t.equal(nameOf(result.user), wanted, `${who}: ${result.said}`)
    else t.equal(result.user !== null, wanted !== null, `${who}: ${result.said}`)
    if (wanted === null && says !== undefined) t.match(result.said, says, `${who} says why`)
    if (differs !== undefined || wanted === null) return
    if (row.sameFile !== undefined)
      t.strictSame(JSON.parse(stage.take(row.sameFile)), written, `${who} gives the plugin the same`)
    if (isWhole) t.strictSame(result.user, kubectl.user, `${who} is the same user`)
    // Afterwards Lynceus may try what it had before.
    if (isFirst) t.strictSame(seen, kubectlSeen, `${who} is seen alike`)
  }
  if (by !== 'gate') check('client', await client.ask(), true)
  if (by === 'client') return
  const { reached, said } = await runGate(start, wanted !== null)
  check('gate', { user: reached ? {} : null, said }, false)
}

// The columns of the table are padded.
const documented = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8').replace(
  / +/g,
  ' ',
)

t.test('kubeconfigs', async (t) => {
  const world = await createWorld(t)
  t.jobs = 4
  for (const row of ROWS)
    t.test(row.name, { buffered: true }, async (t) => {
      const stage = new Stage(world)
      t.teardown(() => stage.end())
      const start = stage.start(await row.given(stage))
      const client = new LynceusUser(start)
      t.teardown(() => client.close())
      await compare(t, stage, start, client, row)
      const { afterwards, userAfterwards = null, differs } = row
      if (afterwards !== undefined) {
        await afterwards(stage)
        await compare(t, stage, start, client, { ...row, user: userAfterwards }, false)
      }
      if (differs !== undefined) t.ok(documented.includes(`| ${differs.case} |`), 'docs/access.md has it')
    })
})
