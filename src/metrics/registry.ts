import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** All names begin with it. */
export const PREFIX = 'lynceus_'

/** A registry of its own for each app, with the process and Node metrics and what is running. */
export function createRegistry(version: string): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: `${PREFIX}build_info`,
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.versions.node }, 1)
  return registry
}
