import { Type } from '@fastify/type-provider-typebox'
import type { Registry } from 'prom-client'
import type { App } from '../app-type.ts'

/** The version, the metrics and the API document. */
export function metaRoutes(
  app: App,
  version: string,
  registry: Registry,
  workloads: () => Promise<string>,
): void {
  app.get(
    '/version',
    {
      schema: {
        tags: ['service'],
        summary: 'Version of the service.',
        response: {
          200: Type.Object({ name: Type.Literal('lynceus'), version: Type.String(), node: Type.String() }),
        },
      },
    },
    () => ({ name: 'lynceus' as const, version, node: process.versions.node }),
  )
  app.get(
    '/metrics',
    { schema: { tags: ['service'], summary: 'Prometheus metrics.' } },
    async (_request, reply) => {
      // In this order, because judging the workloads may increase a counter.
      const perWorkload = await workloads()
      const own = await registry.metrics()
      return reply.type(registry.contentType).send(`${own.trimEnd()}\n${perWorkload}`)
    },
  )
  app.get(
    '/openapi.json',
    { schema: { tags: ['service'], summary: 'This API as OpenAPI 3.1, JSON.' } },
    (_, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  )
  app.get(
    '/openapi.yaml',
    { schema: { tags: ['service'], summary: 'This API as OpenAPI 3.1, YAML.' } },
    (_, reply) => reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })),
  )
}
