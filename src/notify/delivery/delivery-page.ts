import { InvalidQuestionError } from '../../question/invalid-question-error.ts'
import { isoTime } from '../formats/format.ts'
import { buildDeliveryKey, type Delivery } from './deliveries.ts'
import type { DeliverySnapshot } from './delivery-reader.ts'

/** Time and key of the last delivery of a page: the next page starts after it. */
interface Position {
  readonly at: number
  readonly key: string
}

/** One page of deliveries; `after` is the token of the previous page. Throws an InvalidQuestionError. */
export function buildPage(snapshot: DeliverySnapshot, limit: number, after: string | undefined) {
  const start = after === undefined ? null : parseToken(after)
  const rest = snapshot.deliveries.filter((delivery) => start === null || isAfter(delivery, start))
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1) : undefined
  const { leading, leader, disabled } = snapshot
  return {
    leading,
    leader,
    disabledTargets: [...disabled],
    items: page.map(toItem),
    continue: last === undefined ? null : buildToken(last),
    remaining: rest.length - page.length,
  }
}

function toItem({ event, attemptedAt, dueAt, ...rest }: Delivery) {
  const { id, kind, namespace, app, at } = event
  return {
    ...{ id, kind, namespace, app, time: isoTime(at) },
    ...rest,
    attemptedAt: attemptedAt === null ? null : isoTime(attemptedAt),
    dueAt: dueAt === null ? null : isoTime(dueAt),
  }
}

/** Whether a delivery comes after a position in the order of `compareDeliveries`. */
function isAfter(delivery: Delivery, { at, key }: Position): boolean {
  const { event } = delivery
  return event.at < at || (event.at === at && buildDeliveryKey(delivery) > key)
}

function buildToken(delivery: Delivery): string {
  return Buffer.from(JSON.stringify([delivery.event.at, buildDeliveryKey(delivery)])).toString('base64url')
}

function parseToken(token: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string')
      return { at: value[0], key: value[1] }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new InvalidQuestionError([{ name: 'continue', reason: 'is not a token of a page before' }])
}
