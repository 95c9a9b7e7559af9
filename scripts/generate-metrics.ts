import { Registry } from 'prom-client'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ClusterCache } from '../src/cache/cluster-cache.ts'
import { HttpMetrics, mirrorService } from '../src/metrics/http.ts'
import { NotificationMetrics } from '../src/metrics/notifications.ts'
import { createRegistry, PREFIX } from '../src/metrics/registry.ts'
import { WatchMetrics } from '../src/metrics/watch.ts'
import { WORKLOAD_FAMILIES } from '../src/metrics/workloads.ts'
import { VERSION } from '../src/version.ts'
import { code, table } from './markdown.ts'

/** What the library keeps of a metric; the labels are not in its types. */
const Metric = Type.Object({
  name: Type.String(),
  type: Type.String(),
  help: Type.String(),
  labelNames: Type.Array(Type.String()),
})

/** One family of series. */
export type MetricFamily = Type.Static<typeof Metric>

const HEAD = `<!-- Generated from src/metrics/ by \`npm run generate\`. Do not edit. -->
# Metrics

What \`/metrics\` says in the Prometheus text format. A scrape costs no request to the API server. The series of workloads have the workload's own namespace as their label \`namespace\`, so scrape with \`honor_labels: true\`; beyond \`--max-series\` workloads the rest has none. Those of \`notification\` are there only where notifications are set up, and only the replica that sends has them move.
`

const TAIL = `
Besides these there are \`process_*\` and \`nodejs_*\`, of the process and of Node.js.
[charts/lynceus/monitoring/rules.yaml](../charts/lynceus/monitoring/rules.yaml) has alerts over them, [dashboard.json](../charts/lynceus/monitoring/dashboard.json) a dashboard for Grafana, and [examples/prometheus.yml](../examples/prometheus.yml) a scrape configuration.
`

/** Every family of the project's own, by name. */
export function metricFamilies(): MetricFamily[] {
  const registry = new Registry()
  const own = [registry, createRegistry(VERSION)]
  new HttpMetrics(registry)
  new WatchMetrics(registry, new ClusterCache(), () => 0)
  new NotificationMetrics(registry, () => ({ length: 0, oldest: null, withoutRoom: 0 }))
  mirrorService(registry, { heldAnswers: 0, waitingClients: 0, waitingQuestions: 0 }, () => false)
  return [...own.flatMap((one) => one.getMetricsAsArray()), ...Object.values(WORKLOAD_FAMILIES)]
    .map((metric) => readFamily(metric))
    .filter(({ name }) => name.startsWith(PREFIX))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The Markdown document of all families. */
export function generateMetrics(): string {
  const rows = metricFamilies().map(({ name, type, labelNames, help }) => [
    code(name),
    type,
    labelNames.map(code).join(', '),
    parseUnit(name),
    help,
  ])
  return `${HEAD}\n${table(['name', 'type', 'labels', 'unit', 'meaning'], rows)}${TAIL}`
}

function readFamily(metric: object): MetricFamily {
  const { name, type, help, labelNames } = Value.Parse(Metric, metric)
  return { name, type, help, labelNames }
}

/** By the ending, as Prometheus names metrics: https://prometheus.io/docs/practices/naming/#base-units. */
function parseUnit(name: string): string {
  if (name.endsWith('_timestamp_seconds')) return 'seconds since 1970'
  if (name.endsWith('_seconds')) return 'seconds'
  if (name.endsWith('_bytes')) return 'bytes'
  return ''
}
