import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parseDuration } from '../../src/lib/duration.ts'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet, serving } from '../http/serving.ts'
import {
  type AnalysisMetric,
  type AnalysisTemplate,
  faultsOf,
  filledIn,
  readTemplate,
} from './analysis-template.ts'

const folder = new URL('../../charts/lynceus/analysis/', import.meta.url)
const files = readdirSync(folder)
const templates = files.map((file) => readTemplate(read(file)))

/** Meant to run until the rollout ends; the others must end by themselves. */
const BACKGROUND = ['lynceus-tripwire', 'lynceus-compare']

const TARGETS = ['canary-hash', 'preview-hash', 'hash', 'stable-hash', 'namespace']

function read(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8')
}

function named(name: string): AnalysisTemplate {
  const template = templates.find(({ metadata }) => metadata.name === name)
  if (template === undefined) throw new Error(`no template ${name}`)
  return template
}

t.test('the shipped templates are right', async (t) => {
  t.same(
    templates.map(({ metadata }) => metadata.name),
    files.map((file) => `lynceus-${file.replace('.yaml', '')}`),
    'named as their files',
  )
  for (const template of templates) {
    const { name } = template.metadata
    for (const metric of template.spec.metrics) {
      t.same(faultsOf(metric, template), [], name)
      t.equal(
        metric.count === undefined,
        BACKGROUND.includes(name),
        `${name}: a count unless in the background`,
      )
      const url = new URL(filledIn(metric.provider.web.url, template, given('x')))
      const held = parseDuration(url.searchParams.get('wait') ?? '0') ?? 0
      t.ok(held < metric.provider.web.timeoutSeconds, `${name}: is answered before it gives up`)
    }
    const required = template.spec.args.filter(({ value }) => value === undefined).map(({ name }) => name)
    t.same(
      required.filter((argument) => !TARGETS.includes(argument)),
      [],
      `${name}: what does not name the target has a default`,
    )
  }
})

t.test('docs/argo.md names every template and argument, with its default', async (t) => {
  const guide = readFileSync(new URL('../../docs/argo.md', import.meta.url), 'utf8')
  const rows = guide.split('## Arguments')[1]?.split('\n') ?? []
  for (const { metadata, spec } of templates) {
    t.match(guide, `| \`${metadata.name}\``)
    for (const { name, value } of spec.args) {
      const row = rows.find((line) => line.startsWith('| `') && line.includes(`\`${name}\``))
      t.match(row, name === 'lynceus' || value === undefined ? /^\|/ : `\`${value}\``, name)
    }
  }
})

t.test('the lint finds what argo would do wrong', async (t) => {
  const gate = named('lynceus-gate')
  const tripwire = named('lynceus-tripwire')
  const fault = (template: AnalysisTemplate, change: Partial<AnalysisMetric>) => {
    const [metric] = template.spec.metrics
    if (metric === undefined) throw new Error('no metric')
    return faultsOf({ ...metric, ...change }, template).join()
  }
  t.match(fault(gate, { inconclusiveLimit: 60 }), /promotes on pending/)
  t.match(fault(gate, { consecutiveSuccessLimit: 0 }), /reaching the count is a success/)
  t.match(fault(gate, { consecutiveSuccessLimit: 60 }), /no room/)
  t.match(fault(gate, { failureLimit: 1 }), /first fail/)
  t.match(fault(gate, { count: 'many' }), /no number/)
  t.match(fault(tripwire, { consecutiveErrorLimit: 4 }), /outage/)
  t.match(fault(tripwire, { consecutiveSuccessLimit: 2 }), /blind/)
  t.match(fault(tripwire, { inconclusiveLimit: 0 }), /single unknown/)
  t.match(fault(tripwire, { successCondition: 'result.verdict == "fail"' }), /the same/)
  const half = readTemplate(read('tripwire.yaml').replace(/^ *failureCondition.*\n/m, ''))
  t.match(fault(half, {}), /one condition/)
})

/** Arguments as a Rollout would give them. */
function given(hash: string): Record<string, string> {
  return {
    namespace: 'shop',
    'canary-hash': hash,
    'preview-hash': hash,
    hash,
    'stable-hash': 'stable',
  }
}

/** A version that crashes and one that does not, and what each of these questions must come to. */
const ANSWERS: Readonly<Record<string, { readonly bad: string; readonly good: string }>> = {
  'lynceus-tripwire': { bad: 'fail', good: 'pass' },
  'lynceus-gate': { bad: 'fail', good: 'pass' },
  'lynceus-prepromotion': { bad: 'fail', good: 'pass' },
  'lynceus-crashcheck': { bad: 'fail', good: 'pass' },
}

t.test('the questions of the templates, asked of a running service', async (t) => {
  const { cluster, get, service } = await serving(t)
  for (const [hash, crashes] of [
    ['good', 0],
    ['bad', 1],
  ] as const) {
    pod(cluster, hash, replicaSet(cluster, hash, 1), `web-${hash}-1`, crashes)
    const status = { replicas: 1, readyReplicas: 1, availableReplicas: 1, observedGeneration: 1 }
    cluster.patch('replicasets', 'shop', `web-${hash}`, { status })
  }
  await until('both versions being read', () => {
    const { pods, replicasets } = service.cache.objects
    return pods.size === 2 && [...replicasets.all()].filter((set) => set.availableReplicas === 1).length === 2
  })
  for (const [name, answers] of Object.entries(ANSWERS)) {
    const template = named(name)
    for (const metric of template.spec.metrics) {
      for (const [hash, verdict] of Object.entries(answers)) {
        const url = new URL(filledIn(metric.provider.web.url, template, given(hash)))
        url.searchParams.delete('wait')
        const answer = await get(`${url.pathname}${url.search}`)
        t.match(answer, { status: 200, body: { verdict } }, `${name}: ${hash}`)
      }
    }
  }
})
