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
    help: 'Clients waiting at /gate at present.',
    registers,
    collect() {
      this.set(engine.waitingClients)
    },
  })
  new Gauge({
    name: `${PREFIX}gate_questions`,
    help: 'Questions that clients wait for at present; clients with the same question share one.',
    registers,
    collect() {
      this.set(engine.waitingQuestions)
    },
  })
}
