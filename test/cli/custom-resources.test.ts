// Custom resources that a setting names, end to end: through the service, and through the gate without one.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { serving } from '../http/serving.ts'
import { run } from './lynceus.ts'

const CUSTOM = 'apps.kruise.io/v1alpha1/CloneSet'
const LABELS = { app: 'web' }
const SINCE = '2026-01-05T11:00:00Z'

function defineCloneSet(cluster: EmbeddedCluster): void {
  const version = { name: 'v1alpha1', served: true, storage: true, subresources: { status: {} } }
  const names = { kind: 'CloneSet', plural: 'clonesets', singular: 'cloneset' }
  cluster.create('customresourcedefinitions', {
    metadata: { name: 'clonesets.apps.kruise.io' },
    spec: { group: 'apps.kruise.io', names, scope: 'Namespaced', versions: [version] },
  })
}

function addCloneSet(cluster: EmbeddedCluster): void {
  const counts = { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 }
  cluster.create('clonesets', {
    metadata: { name: 'web', namespace: 'shop', uid: 'set', labels: LABELS },
    spec: { replicas: 1 },
    status: { ...counts, observedGeneration: 1, updateRevision: 'web-1' },
  })
  const owner = {
    apiVersion: 'apps.kruise.io/v1alpha1',
    kind: 'CloneSet',
    name: 'web',
    uid: 'set',
    controller: true,
  }
  cluster.create('pods', {
    metadata: {
      name: 'web-a',
      namespace: 'shop',
      labels: { ...LABELS, 'controller-revision-hash': 'web-1' },
      ownerReferences: [owner],
    },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: SINCE }],
      containerStatuses: [
        {
          name: 'app',
          image: 'app:1',
          imageID: '',
          ready: true,
          restartCount: 0,
          state: { running: { startedAt: SINCE } },
        },
      ],
    },
  })
}

function prepare(cluster: EmbeddedCluster): void {
  cluster.create('namespaces', { metadata: { name: 'shop' } })
  defineCloneSet(cluster)
  addCloneSet(cluster)
}

t.test('questions about a custom resource, as it changes', async (t) => {
  const { cluster, get } = await serving(t, { settings: { customResources: CUSTOM }, prepare })
  const verdict = async (target: string) => (await get(`/analyze?namespace=shop&${target}`)).body.verdict
  for (const kind of ['cloneset', 'clonesets', 'CloneSet', 'cloneset.apps.kruise.io'])
    t.equal(await verdict(`kind=${kind}&name=web`), 'pass', kind)
  t.equal(await verdict('selector=app%3Dweb'), 'pass')
  t.equal(await verdict('hash=web-1'), 'pass')
  t.match(await get('/readyz'), { status: 200 })
  cluster.patch('clonesets', 'shop', 'web', { spec: { template: {} } }, 'main')
  while ((await verdict('kind=cloneset&name=web')) !== 'pending') await sleep(20)
})

t.test('the gate', async (t) => {
  const { cluster, api, service } = await serving(t, { settings: { customResources: CUSTOM }, prepare })
  const kubeconfig = join(t.testdir({}), 'config')
  writeFileSync(kubeconfig, api.kubeconfig('shop'))
  const asked = ['gate', '--kind', 'cloneset', '--name', 'web', '--settle', '0']
  const locally = ['--kubeconfig', kubeconfig]
  const named = ['--custom-resources', CUSTOM]
  t.match(await run([...asked, ...locally, ...named]), { code: 0, stdout: /pass cloneset/ })
  t.match(await run([...asked, ...locally], { LYNCEUS_CUSTOM_RESOURCES: CUSTOM }), { code: 0 })
  t.match(await run([...asked, ...locally]), { code: 2, stdout: '' }, 'not named')
  t.match(
    await run([...asked, '--server', service.url, '--namespace', 'shop']),
    { code: 0 },
    'a server knows',
  )
  cluster.patch('clonesets', 'shop', 'web', { spec: { template: {} } }, 'main')
  t.match(await run([...asked, ...locally, ...named, '--timeout', '1s']), { code: 124, stdout: /pending/ })
})

t.test('a definition that comes later', async (t) => {
  const { cluster, get } = await serving(t, { settings: { customResources: CUSTOM } })
  const ask = () => get('/analyze?namespace=shop&kind=cloneset&name=web')
  t.match(await ask(), { status: 503, body: { code: 'no-such-resource' } })
  t.match(await get('/analyze?namespace=shop&selector=app%3Dweb'), { status: 404 }, 'selectors do without')
  defineCloneSet(cluster)
  addCloneSet(cluster)
  while ((await ask()).body.verdict !== 'pass') await sleep(20)
})

t.test('without the setting there is no such kind', async (t) => {
  const { get } = await serving(t)
  t.match(await get('/analyze?namespace=shop&kind=cloneset&name=web'), { status: 400 })
})

t.test('a recording, and questions to it', async (t) => {
  const { api } = await serving(t, { prepare })
  const folder = t.testdir({})
  const [kubeconfig, out] = [join(folder, 'config'), join(folder, 'recording.ndjson')]
  writeFileSync(kubeconfig, api.kubeconfig('shop'))
  const named = ['--custom-resources', CUSTOM]
  const recorded = await run([
    'record',
    '--namespace',
    'shop',
    '--kubeconfig',
    kubeconfig,
    '--for',
    '2s',
    '--out',
    out,
    ...named,
  ])
  t.match(recorded, { code: 0 }, recorded.stderr)
  const asked = ['replay', out, '--kind', 'cloneset', '--name', 'web']
  t.match(await run([...asked, ...named]), { code: 0, stdout: /"verdict":"pass"/ })
  t.match(await run(asked), { code: 2 }, 'not named')
})
