// Every object that the chart renders, checked by a real API server as `kubectl apply --dry-run=server` would, with the
// custom resources of Argo Rollouts, the Prometheus operator, Tekton and (a part) Kargo installed; and the examples.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { exampleDocuments } from '../../chart/support/examples.ts'
import { RELEASE_NAMESPACE, render, VALUE_SETS } from '../../chart/support/helm.ts'
import { kubeconfigOf } from '../support/cluster.ts'
import { CUSTOM_RESOURCES } from '../support/custom.ts'
import { collectionOf, createDry, installDefinitions } from '../support/dry-run.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, isObject, type JsonObject, text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'
import { until } from '../support/until.ts'

const programs = fileURLToPath(new URL('../../chart/programs', import.meta.url))
const definitions = fileURLToPath(new URL('../../chart/definitions', import.meta.url))
const argo = fileURLToPath(new URL('../programs/argo', import.meta.url))

/** The examples that are objects of a cluster. */
const MANIFESTS = [
  'rollout-canary.yaml',
  'rollout-bluegreen.yaml',
  'rollout-crashcheck.yaml',
  'tekton.yaml',
  'kargo.yaml',
] as const

/** Who may do what: account, verb, group, resource, namespace (empty: all), and whether. */
const ACCESS: readonly (readonly [string, string, string, string, string, boolean])[] = [
  ['lynceus', 'watch', '', 'pods', '', true],
  ['lynceus', 'list', '', 'events', '', true],
  ['lynceus', 'list', 'apps', 'controllerrevisions', '', true],
  ['lynceus', 'watch', 'batch', 'jobs', '', true],
  ['lynceus', 'watch', 'argoproj.io', 'rollouts', '', true],
  ['lynceus', 'delete', '', 'pods', 'shop', false],
  ['lynceus', 'patch', 'apps', 'deployments', 'shop', false],
  ['lynceus', 'get', '', 'secrets', 'shop', false],
  ['lynceus', 'watch', 'batch', 'cronjobs', '', true],
  ['lynceus', 'list', 'apps.kruise.io', 'clonesets', '', true],
  ['lynceus', 'watch', 'serving.knative.dev', 'revisions', '', true],
  ['lynceus', 'patch', 'apps.kruise.io', 'clonesets', 'shop', false],
  ['lynceus', 'list', 'apps.kruise.io', 'statefulsets', '', false],
  ['watcher', 'watch', 'apps.kruise.io', 'clonesets', 'shop', true],
  ['watcher', 'watch', 'apps.kruise.io', 'clonesets', 'default', false],
  ['watcher', 'watch', '', 'pods', 'shop', true],
  ['watcher', 'list', 'apps', 'replicasets', 'checkout', true],
  ['watcher', 'list', '', 'pods', '', false],
  ['watcher', 'list', '', 'pods', 'default', false],
  ['watcher', 'list', '', 'events', 'shop', false],
  ['watcher', 'list', 'argoproj.io', 'rollouts', 'shop', false],
]

/** Whether the API server would let a service account of the release do something. */
async function mayDo(api: KubeApi, account: string, resourceAttributes: JsonObject): Promise<boolean> {
  const review = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: `system:serviceaccount:${RELEASE_NAMESPACE}:${account}`, resourceAttributes },
  })
  return at(review, 'status', 'allowed') === true
}

/** The objects in the YAML blocks of a Markdown text. */
function yamlBlocks(markdown: string): JsonObject[] {
  return [...markdown.matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, block]): unknown => parse(block ?? '', { merge: true }))
    .filter(isObject)
}

const guide = new URL('../../../docs/argo.md', import.meta.url)

function folderOf(program: string, args: readonly string[], cwd = '/'): string {
  // A module may need a newer Go than is installed.
  return execFileSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'auto' } }).trim()
}

t.test('the chart', async (t) => {
  const api = new KubeApi(kubeconfigOf(readEnvironment().bareClusterHome))
  t.teardown(() => api.close())
  const module = folderOf('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/argoproj/argo-rollouts'], argo)
  await installDefinitions(api, `${module}/manifests/crds`, /-crd\.yaml$/)
  await installDefinitions(api, folderOf(programs, ['crds']), /_(servicemonitors|prometheusrules)\.yaml$/)
  await installDefinitions(api, folderOf(programs, ['tekton']), /^300-(task|pipeline)\.yaml$/)
  await installDefinitions(api, definitions, /\.yaml$/)
  for (const namespace of [RELEASE_NAMESPACE, 'shop', 'checkout', 'shop-delivery'])
    await api.createNamespace(namespace)

  for (const set of VALUE_SETS) {
    t.test(set, async (t) => {
      for (const object of await render(set)) {
        const name = `${text(object, 'kind')} ${text(object, 'metadata', 'name')}`
        const created = await createDry(api, object)
        t.equal(created.kind, object.kind, name)
      }
    })
  }

  t.test('the manifests of docs/argo.md', async (t) => {
    const manifests = yamlBlocks(readFileSync(guide, 'utf8'))
    t.equal(manifests.length, 3)
    for (const manifest of manifests) {
      const metadata = { name: text(manifest, 'metadata', 'name'), namespace: 'shop' }
      const created = await createDry(api, { ...manifest, metadata })
      t.equal(created.kind, 'Rollout')
    }
  })

  t.test('the examples', async (t) => {
    for (const file of MANIFESTS) {
      for (const object of exampleDocuments(file).filter(isObject)) {
        const created = await createDry(api, object)
        t.equal(created.kind, object.kind, `${file}: ${text(object, 'kind')}`)
      }
    }
  })

  t.test('the roles allow reading, where it is wanted, and nothing else', async (t) => {
    for (const set of ['defaults', 'confined'] as const) {
      const rendered = await render(set, { more: [`customResources={${CUSTOM_RESOURCES}}`] })
      const roles = rendered.filter(({ kind }) => String(kind).includes('Role'))
      for (const role of roles) await api.create(await collectionOf(api, role), role)
    }
    for (const [account, verb, group, resource, namespace, allowed] of ACCESS) {
      const what = `${account} may ${allowed ? '' : 'not '}${verb} ${resource} in ${namespace || 'all namespaces'}`
      const review = { verb, group, resource, namespace }
      // The authorizer hears of new roles a moment later.
      const answer = await until(
        what,
        () => mayDo(api, account, review),
        (found) => found === allowed,
      )
      t.equal(answer, allowed, what)
    }
  })

  t.test('what is wrong is refused', async (t) => {
    const objects = await render('bare')
    const [first] = objects
    if (first === undefined) throw new Error('nothing rendered')
    await t.rejects(createDry(api, { ...first, spce: {} }), /unknown field/, 'an unknown field')
  })
})
