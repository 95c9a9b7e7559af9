import { wallNow } from '../../lib/clock.ts'
import { decideOutcome, type Outcome } from '../../notify/delivery/retries.ts'
import { type Attempt, buildRequestHeaders, type Reach, Sender } from '../../notify/delivery/sender.ts'
import type { AppEvent } from '../../notify/event.ts'
import type { Message } from '../../notify/formats/format.ts'
import { FORMATS } from '../../notify/formats/index.ts'
import type { Target } from '../../notify/settings.ts'
import { UsageError } from '../command.ts'

/** The exchange with a target as text, and the outcome that the notifier would have recorded. */
export interface Exchange {
  readonly text: string
  readonly outcome: Outcome
}

/**
 * Sends an event once, as the notifier would, and describes the request and the answer, without the URL and without the
 * values of the headers in the settings: each may be a secret. Throws a UsageError when the format has no message for it.
 */
export async function sendOnce(target: Target, event: AppEvent, reach: Reach): Promise<Exchange> {
  const message = FORMATS[target.format](event)
  if (message === null) throw new UsageError(`the format ${target.format} has no message for ${event.kind}`)
  // The signature and the printed headers have the same time.
  const signedAt = wallNow()
  const sender = new Sender(target, reach, () => signedAt)
  const startedAt = performance.now()
  const attempt = await sender.send(event, message, new AbortController().signal)
  const milliseconds = Math.round(performance.now() - startedAt)
  await sender.close()
  const outcome = decideOutcome(attempt, 1, 0, () => 0)
  const lines = [
    ...describeRequest(target, event, message, signedAt),
    '',
    describeAnswer(attempt, milliseconds),
    '',
    `${target.name}: ${describeOutcome(outcome)}`,
  ]
  return { text: `${lines.join('\n')}\n`, outcome }
}

function describeRequest(target: Target, { id }: AppEvent, message: Message, signedAt: number): string[] {
  const own = new Set(Object.keys(target.headers))
  const headers = Object.entries(buildRequestHeaders(target, id, message, signedAt)).map(([name, value]) => {
    const hidden = own.has(name) || name === 'webhook-signature'
    return `> ${name}: ${hidden ? '***' : value}`
  })
  const { protocol } = target.url
  return [
    `> POST ${protocol}//*** (format ${target.format}, ${describeSignatures(target)})`,
    ...headers,
    '>',
    `> ${message.body}`,
  ]
}

function describeSignatures({ keys }: Target): string {
  if (keys.length === 0) return 'not signed'
  return keys.length === 1 ? 'signed' : `signed with ${keys.length} secrets`
}

function describeAnswer(attempt: Attempt, milliseconds: number): string {
  if (attempt.status === null) return `< no answer after ${milliseconds} ms: ${attempt.error}`
  const { status, retryAfterSeconds } = attempt
  const retryAfter = retryAfterSeconds === null ? '' : `, retry-after ${Math.ceil(retryAfterSeconds)} s`
  return `< status ${status} after ${milliseconds} ms${retryAfter}`
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.type === 'delivered') return 'delivered'
  if (outcome.type === 'retry')
    return `not delivered; the notifier would try again after ${Math.ceil(outcome.afterSeconds)} s`
  if (outcome.type === 'gone') return 'not delivered; the notifier would disable the target (410 Gone)'
  return `not delivered; the notifier would give the event up (${outcome.why})`
}
