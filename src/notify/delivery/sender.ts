import { Agent, type Dispatcher, request } from 'undici'
import { resolveProxy } from '../../cluster/client/environment-proxy.ts'
import type { Environment } from '../../cluster/client/kubeconfig.ts'
import { proxyDispatcher } from '../../cluster/client/proxy-dispatcher.ts'
import { errorName } from '../../lib/error-chain.ts'
import { realSchedule, type Schedule } from '../../lib/schedule.ts'
import type { Seconds } from '../../model/meta.ts'
import type { AppEvent } from '../event.ts'
import type { Message } from '../formats/format.ts'
import type { Target } from '../settings.ts'
import { checkLiteral, guardedLookup, RefusedAddressError } from './addresses.ts'
import { buildSignatureHeaders } from './signature.ts'

/** For the whole exchange, as Standard Webhooks recommends (15 to 30 s), seconds. */
const TIMEOUT = 15
/** Bytes of a response body that are read and discarded, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024

/** The result of an attempt. `error` names what failed, without the URL. */
export type Attempt =
  | { readonly status: number; readonly retryAfterSeconds: number | null }
  | { readonly status: null; readonly error: string }

/** What a sender may reach, and through what. */
export interface Reach {
  readonly allowLoopback: boolean
  /** Names the proxy, if any. */
  readonly env: Environment
}

/** POSTs messages to one target. It does not follow redirects, and always verifies TLS. */
export class Sender {
  readonly #target: Target
  readonly #agent: Dispatcher
  readonly #allowLoopback: boolean
  readonly #now: () => Seconds
  readonly #schedule: Schedule

  /** Throws a ClusterConfigError when the environment names a proxy that is not an address. */
  constructor(
    target: Target,
    { allowLoopback, env }: Reach,
    now: () => Seconds,
    schedule: Schedule = realSchedule,
  ) {
    this.#target = target
    this.#allowLoopback = allowLoopback
    this.#now = now
    this.#schedule = schedule
    this.#agent = createAgent(target, allowLoopback, resolveProxy(target.url, env))
  }

  async send({ id }: Pick<AppEvent, 'id'>, message: Message, stop: AbortSignal): Promise<Attempt> {
    const { url } = this.#target
    const timeout = new AbortController()
    const cancelTimeout = this.#schedule(TIMEOUT, () =>
      timeout.abort(new DOMException('no answer in time', 'TimeoutError')),
    )
    try {
      checkLiteral(url, this.#allowLoopback)
      const { statusCode, headers, body } = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.any([stop, timeout.signal]),
        headers: buildRequestHeaders(this.#target, id, message, this.#now()),
        body: message.body,
      })
      await body.dump({ limit: MAX_DISCARDED_BYTES })
      const retryAfterSeconds = parseRetryAfter(String(headers['retry-after'] ?? ''), this.#now())
      return { status: statusCode, retryAfterSeconds }
    } catch (error) {
      // Messages of connection errors contain addresses; their names do not.
      return { status: null, error: error instanceof RefusedAddressError ? error.message : errorName(error) }
    } finally {
      cancelTimeout()
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

/** Through a proxy, names are looked up by the proxy, which then decides what may be reached. */
function createAgent({ ca, concurrency }: Target, allowLoopback: boolean, proxy: URL | null): Dispatcher {
  const authority = ca === null ? {} : { ca }
  if (proxy !== null) return proxyDispatcher(proxy, { ...authority, connections: concurrency })
  const lookup = guardedLookup(allowLoopback)
  const connect = { timeout: TIMEOUT * 1000, lookup, ...authority }
  return new Agent({ connections: concurrency, connect })
}

/** The headers of a request: those of the message, the target's own, and the ID with its signatures. */
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

/** Parses seconds or a date. */
function parseRetryAfter(header: string, now: Seconds): number | null {
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at / 1000 - now)
}
