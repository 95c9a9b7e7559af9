import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Random } from './random.ts'

/** How a target fails. `refuse` (400) is permanent: the notifier must not send the event again. */
export type FailureMode = 'error' | 'busy' | 'hang' | 'reset' | 'refuse'

export interface TargetBehaviour {
  readonly name: string
  readonly format: 'generic' | 'cloudevents' | 'cloudevents-binary' | 'akkeris'
  /** What it does instead of accepting an event; none: it accepts every event. */
  readonly failureModes: readonly FailureMode[]
  readonly namespaces?: readonly string[]
  readonly kinds?: readonly string[]
}

/** A request that a target received. */
export interface Arrival {
  readonly at: number
  readonly id: string
  readonly body: string
  /** The target accepted the event or refused it permanently. */
  readonly isSettled: boolean
}

const FAILURE_PROBABILITY = 0.3
const SECRET = Buffer.from('a secret of thirty-two bytes....')

/** Receives webhooks on a loopback port, fails as its behaviour says, and keeps all requests. */
export class ChaosTarget {
  readonly behaviour: TargetBehaviour
  readonly arrivals: Arrival[] = []
  /** IDs of requests with a wrong signature. */
  readonly forged: string[] = []
  readonly #random: Random
  readonly #maxFailures: number
  readonly #failures = new Map<string, number>()
  readonly #server = createServer(async (request, response) => {
    // A killed sender aborts its request: nothing was received.
    const body = await text(request).catch(() => null)
    if (body !== null) this.#receive(request.headers, body, response)
  })
  #port = 0

  /** It fails at most `maxFailures` times for each event, so that no event is given up. */
  constructor(behaviour: TargetBehaviour, random: Random, maxFailures: number) {
    this.behaviour = behaviour
    this.#random = random
    this.#maxFailures = maxFailures
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Its entry in the settings file of the notifier. */
  settings() {
    const { name, format, namespaces, kinds } = this.behaviour
    return {
      name,
      format,
      url: `http://127.0.0.1:${this.#port}/hook`,
      secrets: [`whsec_${SECRET.toString('base64')}`],
      ...(namespaces === undefined ? {} : { namespaces }),
      ...(kinds === undefined ? {} : { kinds }),
    }
  }

  #receive(headers: IncomingHttpHeaders, body: string, response: ServerResponse): void {
    const id = String(headers['webhook-id'])
    if (!isSigned(headers, id, body)) this.forged.push(id)
    const failures = this.#failures.get(id) ?? 0
    const { failureModes: weaknesses } = this.behaviour
    const fails =
      weaknesses.length > 0 && failures < this.#maxFailures && this.#random.chance(FAILURE_PROBABILITY)
    const weakness = fails ? this.#random.pick(weaknesses) : null
    this.arrivals.push({ at: Date.now(), id, body, isSettled: weakness === null || weakness === 'refuse' })
    if (weakness === null) {
      response.end('ok')
      return
    }
    this.#failures.set(id, failures + 1)
    FAILURES[weakness](response, this.#random)
  }
}

const FAILURES: Readonly<Record<FailureMode, (response: ServerResponse, random: Random) => void>> = {
  error: (response, random) => response.writeHead(random.pick([500, 502, 503])).end(),
  busy: (response, random) =>
    response.writeHead(429, { 'retry-after': String(random.pick([1, 10, 20])) }).end(),
  hang: () => undefined,
  reset: (response) => response.destroy(),
  refuse: (response) => response.writeHead(400).end(),
}

/** Verifies a signature of Standard Webhooks with code of its own. */
function isSigned(headers: IncomingHttpHeaders, id: string, body: string): boolean {
  const given = Buffer.from(String(headers['webhook-signature']).replace(/^v1,/, ''), 'base64')
  const signed = `${id}.${headers['webhook-timestamp']}.${body}`
  const right = createHmac('sha256', SECRET).update(signed).digest()
  return given.length === right.length && timingSafeEqual(given, right)
}
