import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { isObject, type JsonObject, list, text } from '../support/json.ts'

const FILE = new URL('../../../charts/lynceus/analysis/tripwire.yaml', import.meta.url)

/** How questions are asked: held, as the chart's tripwire does, or answered at once, every so many seconds. */
export type Asking = 'held' | `${number}s`

/** The chart's template. */
export function tripwire(): JsonObject {
  const template: unknown = parse(readFileSync(FILE, 'utf8'))
  if (!isObject(template)) throw new Error('the tripwire is no object')
  return template
}

/** Metrics of the tripwire that ask in this way. */
export function metricsOf(asking: Asking): readonly unknown[] {
  const metrics = list(tripwire(), 'spec', 'metrics')
  if (asking === 'held') return metrics
  return metrics.map((metric) => ({
    ...(isObject(metric) ? metric : {}),
    interval: asking,
    provider: {
      web: { timeoutSeconds: 5, url: text(metric, 'provider', 'web', 'url').replace('&wait=8s', '') },
    },
  }))
}

/** A ClusterAnalysisTemplate `lynceus-plain` of the tripwire's arguments. */
export function plainTemplate(asking: Asking): JsonObject {
  const { spec, ...rest } = tripwire()
  const metadata = { name: 'lynceus-plain' }
  return { ...rest, metadata, spec: { ...(isObject(spec) ? spec : {}), metrics: metricsOf(asking) } }
}
