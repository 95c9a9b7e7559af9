// Every object that the chart renders, checked by a real API server as `kubectl apply --dry-run=server` would, with the
// custom resources of Argo Rollouts and the Prometheus operator installed.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { RELEASE_NAMESPACE, render, VALUE_SETS } from '../../chart/support/helm.ts'
import { kubeconfigOf } from '../support/cluster.ts'
import { createDry, installDefinitions } from '../support/dry-run.ts'
import { readEnvironment } from '../support/environment.ts'
import { text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'

const programs = fileURLToPath(new URL('../../chart/programs', import.meta.url))
const argo = fileURLToPath(new URL('../programs/argo', import.meta.url))

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

  t.test('what is wrong is refused', async (t) => {
    const objects = await render('bare')
    const [first] = objects
    if (first === undefined) throw new Error('nothing rendered')
    await t.rejects(createDry(api, { ...first, spce: {} }), /unknown field/, 'an unknown field')
  })
})
