import { Gauge, type Registry } from 'prom-client'
import { PREFIX } from './registry.ts'

/** Says in /metrics what /readyz says, for alerts. */
export function mirrorReadiness(registry: Registry, ready: () => boolean): void {
  new Gauge({
    name: `${PREFIX}ready`,
    help: '1 when the service is ready, as at /readyz.',
    registers: [registry],
    collect() {
      this.set(ready() ? 1 : 0)
    },
  })
}
