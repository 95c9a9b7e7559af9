import { Gauge, type Registry } from 'prom-client'
import { PREFIX } from './registry.ts'

/** How many wait at /gate; read when it is scraped. */
export function gateMetrics(
  registry: Registry,
  engine: { readonly waitingClients: number; readonly waitingQuestions: number },
): void {
  const registers = [registry]
  new Gauge({
    name: `${PREFIX}gate_waiting_clients`,
    help: 'Clients that wait at /gate at present.',
    registers,
    collect() {
      this.set(engine.waitingClients)
    },
  })
  new Gauge({
    name: `${PREFIX}gate_questions`,
    help: 'Questions that are waited for at present; clients that ask the same share one.',
    registers,
    collect() {
      this.set(engine.waitingQuestions)
    },
  })
}
