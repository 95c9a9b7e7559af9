import { readEnvironment } from '../support/environment.ts'
import { installChart } from '../support/helm.ts'
import { buildImage } from '../support/image.ts'
import { at, list, text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'
import { LynceusClient } from '../support/lynceus-client.ts'
import { progress } from '../support/progress.ts'
import { until } from '../support/until.ts'

const READY = 200

/** Name of the release, its namespace and its objects. */
export const RELEASE = 'lynceus'

/**
 * Builds the image and installs the chart with its own values. Resolves to where the Service answers; by its address,
 * as the test cluster has no DNS.
 */
export async function installedLynceus(): Promise<string> {
  const { clusterHome, kubeconfig } = readEnvironment()
  await buildImage(clusterHome)
  await installChart(kubeconfig, RELEASE, [])
  const api = new KubeApi(kubeconfig)
  try {
    const service = await api.get(`/api/v1/namespaces/${RELEASE}/services/${RELEASE}`)
    const url = `http://${text(service, 'spec', 'clusterIP')}`
    const lynceus = new LynceusClient(url)
    // kube-proxy learns of ready pods a moment after helm does.
    await until(
      `readiness at ${url}`,
      () => lynceus.readiness(),
      (status) => status === READY,
    )
    progress(`Lynceus is installed and answers at ${url}`)
    return url
  } finally {
    await api.close()
  }
}

const DEPLOYMENT = `/apis/apps/v1/namespaces/${RELEASE}/deployments/${RELEASE}`

/** Replaces the pods of Lynceus one by one, as `kubectl rollout restart` does, and waits until the old ones are gone. */
export async function restartLynceus(api: KubeApi): Promise<void> {
  const metadata = { annotations: { restarted: new Date().toISOString() } }
  const changed = await api.patch(DEPLOYMENT, { spec: { template: { metadata } } })
  const generation = Number(at(changed, 'metadata', 'generation'))
  const replicas = at(changed, 'spec', 'replicas')
  await until(
    'the rolling update of Lynceus',
    () => api.get(DEPLOYMENT),
    ({ status }) =>
      Number(at(status, 'observedGeneration')) >= generation &&
      ['replicas', 'updatedReplicas', 'availableReplicas'].every((count) => at(status, count) === replicas),
  )
  const pods = `/api/v1/namespaces/${RELEASE}/pods`
  await until(
    'the end of the old pods of Lynceus',
    () => api.get(pods),
    (found) => list(found, 'items').length === replicas,
  )
}
