import { Type } from '@fastify/type-provider-typebox'
import type { App } from '../app-type.ts'
import { type Health, ReadinessSchema } from '../health.ts'

/** Probes: is the process alive, and can it answer questions? */
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
        response: { 200: ReadinessSchema, 503: ReadinessSchema },
      },
    },
    async (_request, reply) => {
      const readiness = health.readiness()
      reply.code(readiness.ready ? 200 : 503)
      return readiness
    },
  )
}
