import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { until } from '../cluster/watch/watching.ts'
import { serving } from '../http/serving.ts'
import { isObject } from '../live/support/json.ts'
import { type AnalysisTemplate, faultsOf, filledIn, readTemplate } from './analysis-template.ts'
import { EXAMPLES, exampleDocuments, exampleText } from './support/examples.ts'

const shipped = new URL('../../charts/lynceus/analysis/', import.meta.url)
const templates = readdirSync(shipped).map((file) =>
  readTemplate(readFileSync(new URL(file, shipped), 'utf8')),
)

/** Misspelt keys are errors. */
const EXACT = { additionalProperties: false }

/** An analysis of a Rollout. */
const Analysis = Type.Object(
  {
    templates: Type.Array(
      Type.Object({ templateName: Type.String(), clusterScope: Type.Literal(true) }, EXACT),
    ),
    args: Type.Array(Type.Object({ name: Type.String() })),
  },
  EXACT,
)

/** The verification of a Kargo Stage. */
const Stage = Type.Object({
  kind: Type.Literal('Stage'),
  spec: Type.Object({
    verification: Type.Object({
      analysisTemplates: Type.Array(
        Type.Object({ kind: Type.Literal('ClusterAnalysisTemplate'), name: Type.String() }, EXACT),
      ),
      args: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, EXACT)),
    }),
  }),
})

/** Every value below a key that names an analysis, wherever it stands. */
function analysesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(analysesOf)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, below]) =>
    /analysis$/i.test(key) ? [below] : analysesOf(below),
  )
}

/** What Argo would complain of, or silently miss, were a template run with these arguments. */
function misfits(names: readonly string[], given: readonly string[], known: readonly AnalysisTemplate[]) {
  const found = names.map((name) => known.find(({ metadata }) => metadata.name === name))
  const declared = found.flatMap((template) => template?.spec.args ?? [])
  return [
    ...names.filter((_, index) => found[index] === undefined).map((name) => `no template ${name}`),
    ...declared
      .filter(({ name, value }) => value === undefined && !given.includes(name))
      .map(({ name }) => `argument ${name} is missing`),
    ...given
      .filter((argument) => !declared.some(({ name }) => name === argument))
      .map((argument) => `no template has an argument ${argument}`),
  ]
}

const rollouts = EXAMPLES.filter((name) => name.startsWith('rollout-'))

t.test('the README lists every example', async (t) => {
  const listed = [...exampleText('README.md').matchAll(/^- \[(.+?)\]\(\1\): \S.*\.\)?$/gm)]
  t.same(listed.map(([, name]) => name).toSorted(), EXAMPLES.toSorted())
})

t.test('every example in YAML is YAML', async (t) => {
  const files = EXAMPLES.filter((name) => /\.ya?ml$/.test(name))
  t.same(
    EXAMPLES.filter((name) => !files.includes(name)),
    ['Jenkinsfile'],
  )
  for (const name of files) t.ok(exampleDocuments(name).every(isObject), name)
})

t.test('Rollouts name templates of the chart, and give them the arguments they need', async (t) => {
  t.equal(rollouts.length, 3)
  const used = new Set<string>()
  for (const name of rollouts) {
    const analyses = analysesOf(exampleDocuments(name)).map((one) => Value.Parse(Analysis, one))
    t.ok(analyses.length > 0, name)
    for (const analysis of analyses) {
      const wanted = analysis.templates.map(({ templateName }) => templateName)
      for (const one of wanted) used.add(one)
      const given = analysis.args.map((argument) => argument.name)
      t.same(misfits(wanted, given, templates), [], `${name}: ${wanted.join()}`)
    }
  }
  t.same([...used].toSorted(), templates.map(({ metadata }) => metadata.name).toSorted(), 'all are shown')
})

t.test('the canary ends with the gate', async (t) => {
  const [rollout] = exampleDocuments('rollout-canary.yaml')
  const last = analysesOf(rollout).at(-1)
  t.match(last, { templates: [{ templateName: 'lynceus-gate' }] })
})

t.test('the Kargo example verifies with a right template of its own', async (t) => {
  const [own, stage] = exampleDocuments('kargo.yaml')
  const template = readTemplate(JSON.stringify(own))
  const { verification } = Value.Parse(Stage, stage).spec
  const names = verification.analysisTemplates.map(({ name }) => name)
  const given = Object.fromEntries(verification.args.map(({ name, value }) => [name, value]))
  t.same(misfits(names, Object.keys(given), [template]), [])
  const { cluster, get, service } = await serving(t)
  cluster.create('deployments', {
    metadata: { name: given.workload ?? '', namespace: given.namespace ?? '' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'checkout' } } },
  })
  await until('the workload being read', () => service.cache.objects.deployments.size > 0)
  for (const metric of template.spec.metrics) {
    t.same(faultsOf(metric, template), [])
    const url = new URL(filledIn(metric.provider.web.url, template, given))
    t.match(await get(`${url.pathname}${url.search}`), { body: { target: 'deployment/checkout' } })
    t.match(await get(`${url.pathname}${url.search}&nosuch=1`), { status: 400 })
  }
})

t.test('what does not fit is found', async (t) => {
  t.same(misfits(['lynceus-gates'], [], templates), ['no template lynceus-gates'])
  t.same(misfits(['lynceus-gate'], ['namespace', 'hash'], templates), [
    'argument canary-hash is missing',
    'no template has an argument hash',
  ])
})
