import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** All names begin with it. */
export const PREFIX = 'lynceus_'

/** Gauges of prom-client whose names end as those of counters must; the same figures by type are there besides. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** A registry of its own for each app, with the process and Node metrics and what is running. */
export function createRegistry(version: string): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  new Gauge({
    name: `${PREFIX}build_info`,
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.versions.node }, 1)
  return registry
}
