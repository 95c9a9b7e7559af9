// The scrape configuration of examples/ against Prometheus's own check.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { stringify } from 'yaml'
import { exampleDocuments } from './support/examples.ts'
import { find, render } from './support/helm.ts'
import { RULES } from './support/prometheus.ts'

const exec = promisify(execFile)

const Config = Type.Object({
  scrape_configs: Type.Array(Type.Object({ kubernetes_sd_configs: Type.Array(Type.Unknown()) })),
  rule_files: Type.Tuple([Type.Literal('../charts/lynceus/monitoring/rules.yaml')]),
})

const example = Value.Parse(Config, exampleDocuments('prometheus.yml')[0])

t.test('promtool is content with all of it but the discovery, which Debian builds without', async (t) => {
  const scrapes = example.scrape_configs.map(({ kubernetes_sd_configs: _, ...scrape }) => ({
    ...scrape,
    static_configs: [{ targets: ['lynceus.lynceus'] }],
  }))
  const file = join(t.testdir({}), 'prometheus.yml')
  writeFileSync(file, stringify({ ...example, scrape_configs: scrapes, rule_files: [RULES] }))
  const { stdout } = await exec('promtool', ['check', 'config', file])
  t.match(stdout, /SUCCESS: .*prometheus\.yml is valid/)
  t.match(stdout, /SUCCESS: 6 rules found/)
})

t.test('it selects the pods of the chart, by the name of their port', async (t) => {
  const deployment = find(await render('defaults'), 'Deployment')
  t.match(deployment, {
    spec: {
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'lynceus' } },
        spec: { containers: [{ ports: [{ name: 'http' }] }] },
      },
    },
  })
  t.match(example, {
    scrape_configs: [
      {
        job_name: 'lynceus',
        honor_labels: true,
        kubernetes_sd_configs: [
          { role: 'pod', selectors: [{ role: 'pod', label: 'app.kubernetes.io/name=lynceus' }] },
        ],
        relabel_configs: [{ regex: 'http', action: 'keep' }, {}],
      },
    ],
  })
})
