import { ClusterCache } from '../src/cache/cluster-cache.ts'
import { buildApp } from '../src/http/app.ts'
import { Health } from '../src/http/health.ts'
import { realSchedule } from '../src/lib/schedule.ts'
import { HttpMetrics } from '../src/metrics/http.ts'
import { createRegistry } from '../src/metrics/registry.ts'
import { LYNCEUS } from '../src/rules/policies/lynceus.ts'
import { VERSION } from '../src/version.ts'
import { WaitingEngine } from '../src/wait/engine.ts'

/** The OpenAPI document of the very app that serves, as YAML. */
export async function generateOpenApi(): Promise<string> {
  const now = (): number => 0
  const cache = new ClusterCache()
  const registry = createRegistry(VERSION)
  const engine = new WaitingEngine({
    view: cache,
    now,
    schedule: realSchedule,
    staleAfterSeconds: 0,
    policy: LYNCEUS,
    maxHeld: 0,
    maxWaiting: 0,
  })
  const app = await buildApp({
    version: VERSION,
    logLevel: 'silent',
    health: new Health(cache.watchStates, now),
    registry,
    metrics: new HttpMetrics(registry),
    schedule: realSchedule,
    workloadMetrics: async () => '',
    notifications: () => null,
    analysis: { logs: null, view: cache, engine, now, scope: { namespaces: [], customResources: [] } },
  })
  await app.ready()
  const document = app.swagger({ yaml: true })
  await app.close()
  return `# Generated from the routes' schemas by \`npm run generate\`. Do not edit.\n${document}`
}
