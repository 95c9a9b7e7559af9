import { type Static, Type } from '@fastify/type-provider-typebox'

/** Most that one page holds. */
const MAX_PAGE = 500
export const DEFAULT_PAGE = 100
/** Tokens are a tenth of it. */
const MAX_TOKEN = 1024

const nullable = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description })

/** What /notifications can be asked. */
export const NotificationsQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_PAGE,
        description: `How many deliveries to tell. Default: ${DEFAULT_PAGE}.`,
      }),
    ),
    continue: Type.Optional(
      Type.String({ maxLength: MAX_TOKEN, description: '`continue` of the page before.' }),
    ),
  },
  { additionalProperties: false },
)

/** How one event fares with one target. */
export const DeliverySchema = Type.Object(
  {
    id: Type.String({ description: 'Of the event; the header webhook-id.' }),
    kind: Type.Enum(['crashed', 'recovered', 'released', 'release-failed']),
    namespace: Type.String(),
    app: Type.String(),
    time: Type.String({ format: 'date-time', description: 'When it happened.' }),
    target: Type.String({ description: 'Its name. URLs and secrets are never told.' }),
    attempts: Type.Integer({
      description: 'So far; 0 also when it was given up by a process that is no more.',
    }),
    outcome: Type.Enum(['pending', 'retry', 'delivered', 'dead', 'gone'], {
      description:
        'pending: not tried yet. retry: failed, and is tried again at dueAt. dead: given up. gone: the target answered 410 and is disabled.',
    }),
    why: nullable('What went wrong, e.g. "status 500" or ECONNREFUSED; null when that is not known here.'),
    attemptedAt: nullable('The last attempt, where this replica made it.'),
    dueAt: nullable('When the next attempt is due.'),
  },
  { $id: 'Delivery' },
)

/** One page of what became of notifications. */
export const NotificationsPage = Type.Object(
  {
    leading: Type.Boolean({
      description:
        'Whether this replica sends. One that does not tells what waits and what was given up, by the ledger, but not what was delivered.',
    }),
    leader: nullable('Who holds the lease: the host name of the pod and a UUID; null: nobody.'),
    disabledTargets: Type.Array(Type.String(), { description: 'Names of targets that answered 410.' }),
    items: Type.Array(Type.Unsafe<Static<typeof DeliverySchema>>({ $ref: 'Delivery#' }), {
      description: 'The newest event first.',
    }),
    continue: nullable('Pass it to get the next page; null on the last.'),
    remaining: Type.Integer({ description: 'How many come after this page.' }),
  },
  { $id: 'NotificationsPage' },
)
