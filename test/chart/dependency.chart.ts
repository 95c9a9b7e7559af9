// The chart among the dependencies of another one, as an umbrella chart has it.
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { at, list, text } from '../live/support/json.ts'
import { chart, find, helm, listed, render, template } from './support/helm.ts'

const PARENT = `
apiVersion: v2
name: platform
version: 1.0.0
dependencies:
  - name: lynceus
    version: ">=0.0.0-0"
    repository: file://${chart}
    condition: lynceus.enabled
  - name: lynceus
    alias: second
    version: ">=0.0.0-0"
    repository: file://${chart}
    condition: second.enabled
`

/** Values of the parent, as its author writes them. */
const VALUES = `
lynceus:
  enabled: true
  image: { repository: localhost/lynceus, tag: test }
  config:
    # Nothing yet.
  podSecurityContext: { runAsNonRoot: null }
  networkPolicy: { enabled: false }
second:
  enabled: false
global: { clusterName: test }
`

const TEMPLATES = { 'own.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: own }\n' }

t.test('a chart that depends on this one', async (t) => {
  const folder = t.testdir({ 'Chart.yaml': PARENT, 'values.yaml': VALUES, templates: TEMPLATES })
  // It is packaged into charts/ as `helm package` would do.
  execFileSync(helm, ['dependency', 'build', folder], { stdio: 'pipe' })

  t.test('installs it when its condition says so', async (t) => {
    const objects = await template(folder, ['--skip-tests'])
    const alone = (await render('defaults', { more: ['fullnameOverride=lynceus'] })).filter(
      ({ kind }) => kind !== 'NetworkPolicy',
    )
    t.same(listed(objects), [...listed(alone), 'ConfigMap/own'].sort())
    const pod = at(find(objects, 'Deployment'), 'spec', 'template', 'spec')
    t.equal(at(list(pod, 'containers')[0], 'image'), 'localhost/lynceus:test')
    t.notOk(at(pod, 'securityContext', 'runAsNonRoot'), 'null takes a default away here too')
  })

  t.test('and not when it does not', async (t) => {
    const objects = await template(folder, [], { more: ['lynceus.enabled=false'] })
    t.same(listed(objects), ['ConfigMap/own'])
  })

  t.test('even twice, by an alias', async (t) => {
    const objects = await template(folder, ['--skip-tests'], {
      more: ['second.enabled=true', 'second.analysisTemplates.namePrefix=second', 'second.podLabels.a=b'],
    })
    const deployments = objects.filter(({ kind }) => kind === 'Deployment')
    t.same(
      deployments.map((one) => text(one, 'metadata', 'name')),
      ['lynceus', 'lynceus-second'],
    )
    const names = listed(objects)
    t.same(names, [...new Set(names)], 'nothing is there twice')
  })

  t.test('a value that is wrong is refused by its name', async (t) => {
    await t.rejects(template(folder, [], { more: ['lynceus.replica=3'] }), /replica/)
    await t.rejects(template(folder, [], { more: ['lynceus.service=null'] }), /'service'/)
  })
})

t.test('alone it cannot be switched off', async (t) => {
  await t.rejects(render('defaults', { more: ['enabled=false'] }), /\/enabled/)
})
