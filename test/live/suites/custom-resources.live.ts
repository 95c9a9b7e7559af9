// Custom resources that the settings name, with their real definitions. Their controllers do not run: the suite writes what
// they would, and makes their pods; those run on the real node.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  CUSTOM_RESOURCES,
  clone,
  cloneSet,
  cloneSetStatus,
  installCustomResources,
  ownedByRevision,
  revision,
} from '../support/custom.ts'
import { readEnvironment } from '../support/environment.ts'
import { type JsonObject, text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'
import { LynceusProcess } from '../support/lynceus-process.ts'
import { deployment, SERVING, shell } from '../support/manifests.ts'
import { Scenario } from '../support/scenario.ts'

t.jobs = 4

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const KRUISE = 'apps.kruise.io/v1alpha1'
const KNATIVE = 'serving.knative.dev/v1'
const CLONE_SET = { kind: 'cloneset', name: 'app' }
const REVISION = { kind: 'revision', name: 'app' }

/** Exit codes of the gate. */
const PASS = 0
const FAIL = 1

const { kubeconfig } = readEnvironment()
const folder = mkdtempSync(join(tmpdir(), 'lynceus-custom-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const api = new KubeApi(kubeconfig)
await installCustomResources(api)
await api.close()
const lynceus = await LynceusProcess.start(kubeconfig, join(folder, 'lynceus.log'), {
  LYNCEUS_CUSTOM_RESOURCES: CUSTOM_RESOURCES,
})
t.teardown(() => lynceus.stop())

/** Creates an object of a custom resource; resolves to what references to it name. */
async function create(
  scenario: Scenario,
  group: string,
  plural: string,
  object: JsonObject,
): Promise<{ name: string; uid: string }> {
  const created = await scenario.api.create(scenario.path(group, plural), object)
  return { name: text(created, 'metadata', 'name'), uid: text(created, 'metadata', 'uid') }
}

/** `lynceus gate` against the cluster itself; resolves to its exit code. */
async function gate(namespace: string, name: string): Promise<number> {
  const args = ['gate', '--namespace', namespace, '--kind', 'cloneset', '--name', name]
  const child = spawn(
    process.execPath,
    [main, ...args, '--custom-resources', CUSTOM_RESOURCES, '--timeout', '120s'],
    {
      env: { PATH: process.env.PATH, KUBECONFIG: kubeconfig },
    },
  )
  const [stdout, stderr, [code]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit'),
  ])
  t.comment(`gate ${name}: ${code} ${stdout}${stderr}`)
  return Number(code)
}

t.test('a CloneSet', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'cloneset', lynceus.url)
  const pods = scenario.path('v1', 'pods')
  const path = scenario.path(KRUISE, 'clonesets', 'app')
  const owner = await create(scenario, KRUISE, 'clonesets', cloneSet('app', 2, SERVING))
  await scenario.expect('/analyze', CLONE_SET, { verdict: 'pending', desired: 2 }, [])
  for (const name of ['app-a', 'app-b']) await scenario.api.create(pods, clone(name, owner, 'app-1', SERVING))
  const written = cloneSetStatus(1, 2, 'app-1')
  await scenario.api.patch(`${path}/status`, written)
  const good = { verdict: 'pass', readyPods: 2, desired: 2, crashes: 0, revision: 'app-1' }
  await scenario.expect('/analyze', CLONE_SET, good, ['pending'])
  await scenario.expect('/analyze', { selector: 'app=app' }, { verdict: 'pass' }, [])
  await scenario.expect('/analyze', { hash: 'app-1' }, { verdict: 'pass' }, [])
  t.equal(await gate(scenario.namespace, 'app'), PASS)

  await scenario.api.patch(path, { spec: { template: { metadata: { annotations: { version: '2' } } } } })
  await scenario.expect('/analyze', CLONE_SET, { verdict: 'pending' }, ['pass'])
  await scenario.api.patch(`${path}/status`, {
    status: { observedGeneration: 2, updateRevision: 'app-2', updatedReplicas: 0 },
  })
  const begun = { verdict: 'pending', revision: 'app-2', pods: 0 }
  await scenario.expect('/analyze', CLONE_SET, begun, ['pending'])
  await scenario.api.create(pods, clone('app-c', owner, 'app-2', shell('sleep 1; exit 3')))
  const crashing = { verdict: 'fail', code: 'process-crashing' }
  await scenario.expect('/analyze', CLONE_SET, crashing, ['pending'])
  await scenario.expect('/analyze/crashes', { ...CLONE_SET, limit: '1' }, crashing, [])
  await scenario.expect('/analyze', { hash: 'app-2' }, crashing, [])
  await scenario.expect('/analyze', { hash: 'app-1' }, { verdict: 'pass', crashes: 0 }, [])
  t.equal(await gate(scenario.namespace, 'app'), FAIL)
})

t.test('a CloneSet that is stalled', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'cloneset-stalled', lynceus.url)
  await create(scenario, KRUISE, 'clonesets', cloneSet('app', 1, SERVING))
  const lastTransitionTime = new Date().toISOString()
  const stalled = {
    type: 'Stalled',
    status: 'True',
    reason: 'NoQuota',
    message: 'no quota',
    lastTransitionTime,
  }
  const { status } = cloneSetStatus(1, 0, 'app-1')
  await scenario.api.patch(`${scenario.path(KRUISE, 'clonesets', 'app')}/status`, {
    status: { ...(typeof status === 'object' ? status : {}), conditions: [stalled] },
  })
  const failed = { verdict: 'fail', code: 'not-progressing', reason: 'NoQuota' }
  await scenario.expect('/analyze', CLONE_SET, failed, ['pending'])
  t.equal(await gate(scenario.namespace, 'app'), FAIL)
})

t.test('a Knative Revision, with the Deployment that it owns', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'knative', lynceus.url)
  const owner = await create(scenario, KNATIVE, 'revisions', revision('app'))
  await scenario.deploy(ownedByRevision(deployment('app-deployment', SERVING), owner))
  const condition = (status: string, reason: string) => ({
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status, reason, lastTransitionTime: new Date().toISOString() }],
    },
  })
  const path = `${scenario.path(KNATIVE, 'revisions', 'app')}/status`
  await scenario.api.patch(path, condition('Unknown', 'Deploying'))
  await scenario.expect('/analyze', REVISION, { verdict: 'pending', readyPods: 1 }, ['pending'])
  await scenario.api.patch(path, condition('True', 'Ready'))
  await scenario.expect('/analyze', REVISION, { verdict: 'pass', readyPods: 1, desired: 1 }, ['pending'])

  const template = deployment('app-deployment', shell('exit 1')).spec
  await scenario.api.patch(scenario.path('apps/v1', 'deployments', 'app-deployment'), { spec: template })
  // Its controller has not noticed; the pod is seen through Deployment and ReplicaSet.
  await scenario.expect('/analyze', REVISION, { verdict: 'fail', code: 'process-crashing' }, [
    'pass',
    'pending',
  ])
})
