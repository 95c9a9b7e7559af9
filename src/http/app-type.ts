import '@fastify/swagger'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'

/** The fastify app with types from its TypeBox schemas. */
export type App = Parameters<FastifyPluginCallbackTypebox>[0]
