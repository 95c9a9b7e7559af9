import type { Static } from '@fastify/type-provider-typebox'
import type { App } from '../app-type.ts'
import { PROBLEM_TYPE, problem } from '../problem.ts'
import {
  DEFAULT_PAGE,
  DeliverySchema,
  NotificationsPage,
  NotificationsQuery,
} from '../schemas/notifications.ts'

export interface NotificationsSource {
  /** Throws an UnavailableError or an InvalidQuestionError. */
  page(limit: number, after: string | undefined): Promise<Static<typeof NotificationsPage>>
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
const OFF = problem(
  404,
  'notifier-off',
  'Notifications are off. Set NOTIFY or --notify-file; see docs/notifications.md.',
)

/** Lists recent, waiting and given-up deliveries. `getSource` returns null while the notifier is off. */
export function notificationRoutes(app: App, getSource: () => NotificationsSource | null): void {
  app.addSchema(DeliverySchema)
  app.addSchema(NotificationsPage)
  app.get(
    '/notifications',
    {
      schema: {
        tags: ['service'],
        summary: 'Lists deliveries of notifications: recent, waiting and given up.',
        description:
          'Recent deliveries are in memory (the last 1000 of this process); waiting ones and those given up are in the outbox, which is stored in the cluster. Only the replica that sends has all of them: `leader` names it.',
        querystring: NotificationsQuery,
        response: {
          200: { $ref: 'NotificationsPage#' },
          400: { description: 'A parameter is wrong.', content: PROBLEM },
          404: { description: 'The notifier is off.', content: PROBLEM },
          503: { description: 'This replica does not send, and cannot read the outbox.', content: PROBLEM },
        },
      },
    },
    async (request, reply) => {
      const { limit = DEFAULT_PAGE, continue: after } = request.query
      const source = getSource()
      if (source === null) return reply.code(404).type(PROBLEM_TYPE).send(OFF)
      return source.page(limit, after)
    },
  )
}
