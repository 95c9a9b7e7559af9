import { type Static, Type } from '@fastify/type-provider-typebox'

/** Deliveries in one page. */
const MAX_PAGE = 500
export const DEFAULT_PAGE = 100
/** Characters; the tokens of pages are about a tenth as long. */
const MAX_TOKEN = 1024

const stringOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description })

/** The parameters of /notifications. */
export const NotificationsQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_PAGE,
        description: `Maximum number of deliveries in the answer. Default: ${DEFAULT_PAGE}.`,
      }),
    ),
    continue: Type.Optional(
      Type.String({ maxLength: MAX_TOKEN, description: '`continue` of the previous page.' }),
    ),
  },
  { additionalProperties: false },
)

/** The state of one event at one target. */
export const DeliverySchema = Type.Object(
  {
    id: Type.String({ description: 'ID of the event; the same as the header webhook-id.' }),
    kind: Type.Enum(['crashed', 'recovered', 'released', 'release-failed']),
    namespace: Type.String(),
    app: Type.String(),
    time: Type.String({ format: 'date-time', description: 'When the event happened.' }),
    target: Type.String({ description: 'Name of the target. URLs and secrets are never shown.' }),
    attempts: Type.Integer({
      description: 'Attempts so far; 0 also when an earlier process gave the delivery up.',
    }),
    outcome: Type.Enum(['pending', 'retry', 'delivered', 'dead', 'gone'], {
      description:
        'pending: not tried yet. retry: failed, the next attempt is at dueAt. dead: given up. gone: the target answered 410 and is disabled.',
    }),
    why: stringOrNull(
      'What went wrong, e.g. "status 500" or ECONNREFUSED; null when this replica does not know.',
    ),
    attemptedAt: stringOrNull('Time of the last attempt, when this replica made it.'),
    dueAt: stringOrNull('When the next attempt is due.'),
  },
  { $id: 'Delivery' },
)

/** One page of deliveries. */
export const NotificationsPage = Type.Object(
  {
    leading: Type.Boolean({
      description:
        'Whether this replica sends. A replica that does not send lists waiting deliveries and those given up, from the outbox, but not delivered ones.',
    }),
    leader: stringOrNull(
      'Holder of the lease: the host name of the pod and a UUID; null when nobody holds it.',
    ),
    disabledTargets: Type.Array(Type.String(), { description: 'Names of targets that answered 410.' }),
    items: Type.Array(Type.Unsafe<Static<typeof DeliverySchema>>({ $ref: 'Delivery#' }), {
      description: 'The newest event first.',
    }),
    continue: stringOrNull('Token for the next page; null on the last page.'),
    remaining: Type.Integer({ description: 'Number of deliveries after this page.' }),
  },
  { $id: 'NotificationsPage' },
)
