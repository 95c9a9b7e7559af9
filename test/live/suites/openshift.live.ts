// The pods of the chart against what OpenShift's restricted-v2 allows, on a real API server. That they also run as
// any user is seen in image.live.ts.
import t from 'tap'
import { find, type RenderOptions, renderWithTests, type VALUE_SETS } from '../../chart/support/helm.ts'
import { createProject, FIRST_UID } from '../openshift/project.ts'
import { kubeconfigOf } from '../support/cluster.ts'
import { createDry } from '../support/dry-run.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, isObject, type JsonObject, text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'

const PROJECT = 'openshift'

/** What everything.yaml sets as somebody would who does not know OpenShift. */
const WITHOUT_IDS = ['podSecurityContext.runAsUser=null', 'podSecurityContext.fsGroup=null']

const ACCEPTED: readonly (readonly [set: (typeof VALUE_SETS)[number], more: readonly string[]])[] = [
  ['defaults', []],
  ['confined', []],
  ['bare', []],
  ['everything', WITHOUT_IDS],
  ['defaults', ['podSecurityContext=null', 'securityContext=null']],
  ['defaults', [`podSecurityContext.runAsUser=${FIRST_UID + 9_999}`]],
]

const REFUSED: readonly (readonly [more: readonly string[], message: RegExp])[] = [
  [['podSecurityContext.runAsUser=65532'], /runAsUser 65532: must be in the range from 1000650000/],
  [['securityContext.runAsUser=65532'], /runAsUser 65532:/],
  [[`podSecurityContext.runAsUser=${FIRST_UID + 10_000}`], /must be in the range/],
  [['podSecurityContext.fsGroup=65532'], /fsGroup/],
  [['podSecurityContext.seccompProfile.type=Unconfined'], /seccompProfile/],
  [['podSecurityContext.seLinuxOptions.level=s0'], /seLinuxOptions/],
  [['securityContext.allowPrivilegeEscalation=true', 'securityContext.privileged=true'], /privileged/],
  [['securityContext.capabilities.add={NET_ADMIN}'], /capability/],
  [['extraVolumes[0].name=host', 'extraVolumes[0].hostPath.path=/etc'], /volume/],
  [
    [
      'extraContainers[0].name=b',
      'extraContainers[0].image=b',
      'extraContainers[0].ports[0].containerPort=1',
      'extraContainers[0].ports[0].hostPort=1',
    ],
    /host ports/,
  ],
  [
    [
      'initContainers[0].name=b',
      'initContainers[0].image=b',
      'initContainers[0].securityContext.runAsUser=0',
    ],
    /runAsUser 0:/,
  ],
]

/** The pods that the release would have, the one of `helm test` included. */
async function podsOf(set: (typeof VALUE_SETS)[number], options: RenderOptions): Promise<JsonObject[]> {
  const objects = await renderWithTests(set, options)
  const template = at(find(objects, 'Deployment'), 'spec', 'template')
  if (!isObject(template)) throw new Error('the Deployment has no template')
  const metadata = { labels: at(template, 'metadata', 'labels'), name: 'pod', namespace: PROJECT }
  const test = find(objects, 'Pod')
  const tested = { ...test, metadata: { name: text(test, 'metadata', 'name'), namespace: PROJECT } }
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec }, tested]
}

t.test('as a project of OpenShift', async (t) => {
  const api = new KubeApi(kubeconfigOf(readEnvironment().bareClusterHome))
  t.teardown(() => api.close())
  await createProject(api, PROJECT)
  for (const name of ['lynceus', 'watcher', 'watch'])
    await api.create(`/api/v1/namespaces/${PROJECT}/serviceaccounts`, { metadata: { name } })

  t.test('the pods are accepted', async (t) => {
    for (const [set, more] of ACCEPTED)
      for (const pod of await podsOf(set, { more }))
        await t.resolves(createDry(api, pod), `${set} ${more.join()}: ${text(pod, 'metadata', 'name')}`)
  })

  t.test('and refused when the values go too far', async (t) => {
    for (const [more, message] of REFUSED) {
      const [pod] = await podsOf('defaults', { more })
      if (pod === undefined) throw new Error('no pod')
      await t.rejects(createDry(api, pod), message, more.join())
    }
  })
})
