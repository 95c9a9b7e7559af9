import { ClusterCache } from '../src/cache/cluster-cache.ts'
import { buildApp } from '../src/http/app.ts'
import { Health } from '../src/http/health.ts'
import { HttpMetrics } from '../src/metrics/http.ts'
import { createRegistry } from '../src/metrics/registry.ts'
import { LYNCEUS } from '../src/rules/policies/lynceus.ts'
import { VERSION } from '../src/version.ts'
import { Holder } from '../src/wait/long-polls.ts'
import { realSchedule } from '../src/wait/schedule.ts'
import { WaitingRoom } from '../src/wait/waiting-room.ts'

/** The OpenAPI document of the very app that serves, as YAML. */
export async function generateOpenApi(): Promise<string> {
  const now = (): number => 0
  const cache = new ClusterCache()
  const registry = createRegistry(VERSION)
  const app = await buildApp({
    version: VERSION,
    logLevel: 'silent',
    health: new Health(cache.watchStates, now),
    registry,
    metrics: new HttpMetrics(registry, () => 0),
    gate: {
      room: new WaitingRoom({
        view: cache,
        now,
        schedule: realSchedule,
        staleAfterSeconds: 0,
        policy: LYNCEUS,
        most: 0,
      }),
      schedule: realSchedule,
    },
    workloadMetrics: async () => '',
    notifications: () => null,
    analysis: {
      view: cache,
      holder: new Holder(0, now),
      now,
      namespaces: [],
      staleAfterSeconds: 0,
      policy: LYNCEUS,
    },
  })
  await app.ready()
  const document = app.swagger({ yaml: true })
  await app.close()
  return `# Generated from the routes' schemas by \`npm run generate\`. Do not edit.\n${document}`
}
