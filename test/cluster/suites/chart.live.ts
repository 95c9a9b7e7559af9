// Every object that the chart renders, checked by a real API server as `kubectl apply --dry-run=server` would, with the
// custom resources of Argo Rollouts and the Prometheus operator installed.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { RELEASE_NAMESPACE, render, VALUE_SETS } from '../../chart/support/helm.ts'
import { kubeconfigOf } from '../support/cluster.ts'
import { createDry, installDefinitions } from '../support/dry-run.ts'
import { readEnvironment } from '../support/environment.ts'
import { isObject, type JsonObject, text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'

const programs = fileURLToPath(new URL('../../chart/programs', import.meta.url))
const argo = fileURLToPath(new URL('../programs/argo', import.meta.url))

/** The objects in the YAML blocks of a Markdown text. */
function yamlBlocks(markdown: string): JsonObject[] {
  return [...markdown.matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, block]): unknown => parse(block ?? '', { merge: true }))
    .filter(isObject)
}

const guide = new URL('../../../docs/argo.md', import.meta.url)

function folderOf(program: string, args: readonly string[], cwd = '/'): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8' }).trim()
}

t.test('the chart', async (t) => {
  const api = new KubeApi(kubeconfigOf(readEnvironment().bareClusterHome))
  t.teardown(() => api.close())
  const module = folderOf('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/argoproj/argo-rollouts'], argo)
  await installDefinitions(api, `${module}/manifests/crds`, /-crd\.yaml$/)
  await installDefinitions(api, folderOf(programs, ['crds']), /_(servicemonitors|prometheusrules)\.yaml$/)
  for (const namespace of [RELEASE_NAMESPACE, 'shop', 'checkout']) await api.createNamespace(namespace)

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

  t.test('what is wrong is refused', async (t) => {
    const objects = await render('bare')
    const [first] = objects
    if (first === undefined) throw new Error('nothing rendered')
    await t.rejects(createDry(api, { ...first, spce: {} }), /unknown field/, 'an unknown field')
  })
})
