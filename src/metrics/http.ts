import { type Counter, Histogram, type Registry } from 'prom-client'
import type { WaitingEngine } from '../wait/engine.ts'
import { addCounter, addGauge, PREFIX } from './registry.ts'
import { UnknownReasons } from './unknown-reasons.ts'

/** Requests and answers. */
export class HttpMetrics {
  readonly #analyses: Counter<'route' | 'verdict'>
  readonly #duration: Histogram<'route'>
  readonly #malformed: Counter<'reason'>
  readonly unknownReasons: UnknownReasons

  constructor(registry: Registry) {
    this.unknownReasons = new UnknownReasons(registry)
    this.#analyses = addCounter(registry, 'analyses_total', 'Answers by verdict; errors count as error.', [
      'route',
      'verdict',
    ])
    this.#duration = new Histogram({
      name: `${PREFIX}analysis_duration_seconds`,
      help: 'Time to answer, without the time that wait= kept the request open.',
      labelNames: ['route'],
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1],
      registers: [registry],
    })
    const help = 'Requests that were not valid HTTP, by parser error.'
    this.#malformed = addCounter(registry, 'malformed_requests_total', help, ['reason'])
  }

  answered(route: string, verdict: string, seconds: number): void {
    this.#analyses.inc({ route, verdict })
    this.#duration.observe({ route }, seconds)
  }

  malformed(reason: string): void {
    this.#malformed.inc({ reason })
  }
}

/** Adds the gauges of readiness and of the clients that wait; they are read when they are scraped. */
export function mirrorService(
  registry: Registry,
  engine: Pick<WaitingEngine, 'heldAnswers' | 'waitingClients' | 'waitingQuestions'>,
  ready: () => boolean,
): void {
  const add = (name: string, help: string, read: () => number) => addGauge(registry, name, help, read)
  add('held_answers', 'Requests that wait= keeps open at present.', () => engine.heldAnswers)
  add('gate_waiting_clients', 'Clients waiting at /gate at present.', () => engine.waitingClients)
  add(
    'gate_questions',
    'Questions that clients wait for at present; clients with the same question share one.',
    () => engine.waitingQuestions,
  )
  add('ready', '1 when the service is ready, as at /readyz.', () => (ready() ? 1 : 0))
}
