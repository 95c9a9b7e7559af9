import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { PREFIX } from './registry.ts'
import { UnknownReasons } from './unknown-reasons.ts'

/** What is asked and answered. */
export class HttpMetrics {
  readonly #analyses: Counter<'route' | 'verdict'>
  readonly #duration: Histogram<'route'>
  readonly #malformed: Counter<'reason'>
  readonly unknownReasons: UnknownReasons

  constructor(registry: Registry, held: () => number) {
    const registers = [registry]
    this.unknownReasons = new UnknownReasons(registry)
    this.#analyses = new Counter({
      name: `${PREFIX}analyses_total`,
      help: 'Answers by verdict; errors count as error.',
      labelNames: ['route', 'verdict'],
      registers,
    })
    this.#duration = new Histogram({
      name: `${PREFIX}analysis_duration_seconds`,
      help: 'Time to answer, without the time that wait= kept the request open.',
      labelNames: ['route'],
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1],
      registers,
    })
    this.#malformed = new Counter({
      name: `${PREFIX}malformed_requests_total`,
      help: 'Requests that were not valid HTTP, by parser error.',
      labelNames: ['reason'],
      registers,
    })
    new Gauge({
      name: `${PREFIX}held_answers`,
      help: 'Requests that wait= keeps open at present.',
      registers,
      collect() {
        this.set(held())
      },
    })
  }

  answered(route: string, verdict: string, seconds: number): void {
    this.#analyses.inc({ route, verdict })
    this.#duration.observe({ route }, seconds)
  }

  malformed(reason: string): void {
    this.#malformed.inc({ reason })
  }
}
