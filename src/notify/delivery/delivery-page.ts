import { InvalidQuestionError } from '../../question/invalid-question-error.ts'
import { isoTime } from '../formats/format.ts'
import { buildDeliveryKey } from './attempt-history.ts'
import type { Delivery } from './deliveries.ts'
import type { DeliverySnapshot } from './delivery-reader.ts'

/** Where a list goes on: after this delivery. */
interface Position {
  readonly at: number
  readonly key: string
}

/** One page of a report; `after` is the token of the page before. Throws an InvalidQuestionError. */
export function buildPage(report: DeliverySnapshot, limit: number, after: string | undefined) {
  const start = after === undefined ? null : decode(after)
  const rest = report.deliveries.filter((delivery) => start === null || isAfter(delivery, start))
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1) : undefined
  const { leading, leader, disabled } = report
  return {
    leading,
    leader,
    disabledTargets: [...disabled],
    items: page.map(toItem),
    continue: last === undefined ? null : encode(toPosition(last)),
    remaining: rest.length - page.length,
  }
}

function toItem({ event, target, attempts, outcome, why, attemptedAt, dueAt }: Delivery) {
  return {
    id: event.id,
    kind: event.kind,
    namespace: event.namespace,
    app: event.app,
    time: isoTime(event.at),
    target,
    attempts,
    outcome,
    why,
    attemptedAt: attemptedAt === null ? null : isoTime(attemptedAt),
    dueAt: dueAt === null ? null : isoTime(dueAt),
  }
}

function toPosition({ event, target }: Delivery): Position {
  return { at: event.at, key: buildDeliveryKey(event.id, target) }
}

/** Newest first, as `compare` has it. */
function isAfter(delivery: Delivery, { at, key }: Position): boolean {
  const own = toPosition(delivery)
  return own.at < at || (own.at === at && own.key > key)
}

function encode({ at, key }: Position): string {
  return Buffer.from(JSON.stringify([at, key])).toString('base64url')
}

function decode(token: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string')
      return { at: value[0], key: value[1] }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new InvalidQuestionError([{ name: 'continue', reason: 'is not a token of a page before' }])
}
