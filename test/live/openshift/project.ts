import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { collectionOf, createDry } from '../support/dry-run.ts'
import { isObject } from '../support/json.ts'
import type { KubeApi } from '../support/kube-api.ts'
import { barePod, SERVING } from '../support/manifests.ts'
import { until } from '../support/until.ts'

const policy = new URL('restricted-v2.yaml', import.meta.url)

/** The first UID of the namespace; OpenShift gives each a range of its own. */
export const FIRST_UID = 1_000_650_000

/** A namespace as a project of OpenShift is: no pod gets in that `restricted-v2` would refuse. */
export async function createProject(api: KubeApi, name: string): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(policy, 'utf8'))) {
    const object: unknown = document.toJS()
    if (!isObject(object)) throw new Error(`${policy} holds no object`)
    await api.create(await collectionOf(api, object), object)
  }
  await api.createNamespace(name, {
    labels: { 'lynceus.dev/test': 'openshift' },
    annotations: { 'openshift.io/sa.scc.uid-range': `${FIRST_UID}/10000` },
  })
  const pod = barePod('root', { ...SERVING, pod: { securityContext: { runAsUser: 0 } } })
  const root = { ...pod, metadata: { name: 'root', namespace: name } }
  // The API server enforces new policies a moment later.
  await until(
    `the policy in ${name}`,
    () => createDry(api, root).then(() => 'accepted', String),
    (answer) => answer.includes('must be in the range'),
  )
}
