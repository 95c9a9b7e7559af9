// An API server without WatchList, as of Kubernetes 1.30: it keeps the contract, and Lynceus lists page by page instead.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { fetch } from 'undici'
import { contractSuite } from '../../../testing/contract/suite.ts'
import { clusterDown, compactEtcd, kubeconfigOf, listingClusterUp } from '../support/cluster.ts'
import { list } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'
import { readKubeconfig } from '../support/kubeconfig.ts'
import { LynceusProcess } from '../support/lynceus-process.ts'
import { until } from '../support/until.ts'

/** Three pages of the lists of Lynceus, which have 500 objects. */
const PODS = 1100
/** Pods that are created at the same time. */
const AT_ONCE = 50
const NAMESPACE = 'paged'
const PATH = `/api/v1/namespaces/${NAMESPACE}/pods`

const home = mkdtempSync(join(tmpdir(), 'lynceus-listing-'))
t.teardown(async () => {
  await clusterDown(home)
  rmSync(home, { recursive: true, force: true })
})
await listingClusterUp(home)
const kubeconfig = kubeconfigOf(home)

t.test('the real API server keeps the contract of one without WatchList', async (t) => {
  const { server, ca, servername, token } = readKubeconfig(kubeconfig)
  const compact = (revision: number) => compactEtcd(home, revision)
  await contractSuite(t, { url: server, ca, servername, token, lacksWatchList: true, compact })
})

function pod(name: string) {
  const spec = { containers: [{ name: 'app', image: 'absent' }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
}

t.test('Lynceus lists it page by page, and follows what changes then', async (t) => {
  const api = new KubeApi(kubeconfig)
  t.teardown(() => api.close())
  await api.createNamespace(NAMESPACE)
  for (let first = 0; first < PODS; first += AT_ONCE) {
    const names = Array.from({ length: AT_ONCE }, (_, index) => `pod-${first + index}`)
    await Promise.all(names.map((name) => api.create(PATH, pod(name))))
  }
  // And those that the contract has left in its namespace.
  const all = list(await api.get('/api/v1/pods'), 'items').length
  t.ok(all >= PODS)
  const lynceus = await LynceusProcess.start(kubeconfig, join(home, 'lynceus.log'))
  t.teardown(() => lynceus.stop())
  t.equal(await cachedPods(lynceus.url), all, 'ready with all pods of all pages')
  await api.create(PATH, pod('late'))
  await until(
    'the pod that came later',
    () => cachedPods(lynceus.url),
    (found) => found === all + 1,
  )
})

/** How many pods Lynceus knows, by its metrics. */
async function cachedPods(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^lynceus_cache_objects\{resource="pods"\} (\d+)$/m.exec(metrics)?.[1])
}
