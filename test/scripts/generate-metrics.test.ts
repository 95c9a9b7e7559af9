import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateMetrics, metricFamilies } from '../../scripts/generate-metrics.ts'
import { readNotifySettings } from '../../src/config/notify-file.ts'
import { until } from '../cluster/watch/watching.ts'
import { pod, replicaSet, serving } from '../http/serving.ts'

t.test('docs/metrics.md is current', async (t) => {
  const document = generateMetrics()
  t.equal(readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8'), document)
  t.notMatch(document, /undefined|null/)
})

/** Labels that the text format itself adds to histograms. */
const OF_FORMAT = ['le']

t.test('a running service has the documented families and labels, and no others', async (t) => {
  const { cluster, service, get } = await serving(t, {
    notify: readNotifySettings('http://127.0.0.1:9/', undefined),
    settings: { notifyAllowLoopback: 'true' },
  })
  pod(cluster, 'abc', replicaSet(cluster, 'abc', 1), 'web-abc-1', 2)
  cluster.create('deployments', {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
  })
  await until('the deployment is known', () => service.cache.objects.deployments.size > 0)
  await get('/analyze/crashes?namespace=shop&hash=abc')
  const text = await (await fetch(`${service.url}/metrics`)).text()

  const types = [...text.matchAll(/^# TYPE (lynceus_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type])
  t.same(
    types.toSorted(),
    metricFamilies()
      .map(({ name, type }) => [name, type])
      .toSorted(),
  )
  t.match(text, /^lynceus_workload_verdict\{/m)
  for (const { name, help, type, labelNames } of metricFamilies()) {
    t.ok(text.includes(`# HELP ${name} ${help}\n`), `${name}: its meaning`)
    const endings = type === 'histogram' ? '(?:_bucket|_sum|_count)' : ''
    const series = text.matchAll(new RegExp(`^${name}${endings}\\{(.*)\\} `, 'gm'))
    for (const [line, labels = ''] of series) {
      const given = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
      const known = new Set<string>([...labelNames, ...OF_FORMAT])
      t.same(
        given.filter((label) => !known.has(label)),
        [],
        line,
      )
    }
  }
})
