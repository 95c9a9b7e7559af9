import { Agent, request } from 'undici'
import { errorName } from '../../lib/error-chain.ts'
import { realSchedule, type Schedule } from '../../lib/schedule.ts'
import type { Seconds } from '../../model/meta.ts'
import type { AppEvent } from '../event.ts'
import type { Message } from '../formats/format.ts'
import type { Target } from '../settings.ts'
import { checkLiteral, guardedLookup } from './addresses.ts'
import { buildSignatureHeaders } from './signature.ts'

/** For the whole exchange, as Standard Webhooks recommends (15 to 30 s), seconds. */
const TIMEOUT = 15
/** The answer's body means nothing; so much is read that a connection can be used again, bytes. */
const MAX_ANSWER = 64 * 1024

/** How an attempt went. `error` tells what broke, without the URL. */
export type Attempt =
  | { readonly status: number; readonly retryAfterSeconds: number | null }
  | { readonly status: null; readonly error: string }

/** POSTs messages to one target. Redirects are not followed; TLS is always verified. */
export class Sender {
  readonly #target: Target
  readonly #agent: Agent
  readonly #allowLoopback: boolean
  readonly #now: () => Seconds
  readonly #schedule: Schedule

  constructor(target: Target, allowLoopback: boolean, now: () => Seconds, schedule: Schedule = realSchedule) {
    this.#target = target
    this.#allowLoopback = allowLoopback
    this.#now = now
    this.#schedule = schedule
    const { ca, concurrency } = target
    this.#agent = new Agent({
      connections: concurrency,
      connect: {
        timeout: TIMEOUT * 1000,
        lookup: guardedLookup(allowLoopback),
        ...(ca === null ? {} : { ca }),
      },
    })
  }

  async send({ id }: Pick<AppEvent, 'id'>, message: Message, stop: AbortSignal): Promise<Attempt> {
    const { url } = this.#target
    const late = new AbortController()
    const inTime = this.#schedule(TIMEOUT, () =>
      late.abort(new DOMException('no answer in time', 'TimeoutError')),
    )
    try {
      checkLiteral(url, this.#allowLoopback)
      const response = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.any([stop, late.signal]),
        headers: buildRequestHeaders(this.#target, id, message, this.#now()),
        body: message.body,
      })
      const { statusCode: status } = response
      const header = response.headers['retry-after']
      await response.body.dump({ limit: MAX_ANSWER })
      return { status, retryAfterSeconds: retryAfter(String(header ?? ''), this.#now()) }
    } catch (error) {
      return { status: null, error: describe(error) }
    } finally {
      inTime()
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

/** The headers of a request: those of the message, the target's own, and the id with its signatures. */
export function buildRequestHeaders(
  { headers: own, keys }: Target,
  id: string,
  { body, contentType, headers }: Message,
  now: Seconds,
): Record<string, string> {
  return {
    'content-type': contentType,
    'user-agent': 'lynceus',
    ...headers,
    ...own,
    ...buildSignatureHeaders(id, body, keys, now),
  }
}

/** In seconds, or as a date. */
function retryAfter(header: string, now: Seconds): number | null {
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at / 1000 - now)
}

/** Messages of connection errors hold addresses; their names do not. */
function describe(error: unknown): string {
  return error instanceof Error && error.name === 'RefusedAddressError' ? error.message : errorName(error)
}
