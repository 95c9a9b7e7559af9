import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** All names begin with it. */
export const PREFIX = 'lynceus_'

/** Gauges of prom-client with names that end as only counters may; it has the same numbers by type, too. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** A registry of its own for each app, with the process and Node metrics and the version that runs. */
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

/** Adds a counter with labels. */
export function addCounter<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
): Counter<L> {
  return new Counter({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [registry] })
}

/** Adds a gauge that is read when it is scraped. */
export function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: PREFIX + name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

/** Adds a gauge with a value for each resource, read when it is scraped. */
export function addResourceGauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => Iterable<readonly [resource: string, value: number]>,
): void {
  new Gauge({
    name: PREFIX + name,
    help,
    labelNames: ['resource'],
    registers: [registry],
    collect() {
      for (const [resource, value] of read()) this.set({ resource }, value)
    },
  })
}
