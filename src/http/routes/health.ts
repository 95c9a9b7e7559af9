import { Type } from '@fastify/type-provider-typebox'
import type { App } from '../app-type.ts'
import type { Health } from '../health.ts'

const Watch = Type.Object({
  resource: Type.String(),
  namespace: Type.String({ description: 'Namespace of the watch; empty for all namespaces.' }),
  state: Type.Enum(['unsynced', 'working', 'broken', 'forbidden', 'absent']),
  ageSeconds: Type.Number({
    description: 'Age of the objects in seconds: 0 while the watch works; -1 when they were never read.',
  }),
})

const Readiness = Type.Object({
  ready: Type.Boolean(),
  reason: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it is not ready.' }),
  problems: Type.Array(Type.String(), {
    description: 'Resources that Lynceus may not read, and what is missing because of it.',
  }),
  watches: Type.Array(Watch),
})

/** Probes: is the process alive, and is it fit to be asked? */
export function healthRoutes(app: App, health: Health): void {
  app.get(
    '/livez',
    {
      schema: {
        tags: ['service'],
        summary: 'Answers whether the process is alive. Does not depend on the API server.',
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    () => ({ status: 'ok' as const }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        tags: ['service'],
        summary:
          'Answers whether every watch has completed its first list and the service is not shutting down, with the state of each watch.',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const readiness = health.readiness()
      reply.code(readiness.ready ? 200 : 503)
      return readiness
    },
  )
}
