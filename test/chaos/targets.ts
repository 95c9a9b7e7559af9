import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Random } from './random.ts'

/** How a target that is not well answers. What it refuses (400) it refuses for good, and has thereby been told. */
export type Weakness = 'error' | 'busy' | 'hang' | 'reset' | 'refuse'

export interface TargetNature {
  readonly name: string
  readonly format: 'generic' | 'cloudevents' | 'cloudevents-binary' | 'akkeris'
  /** What it does instead of taking an event; none: it always takes them. */
  readonly weaknesses: readonly Weakness[]
  readonly namespaces?: readonly string[]
  readonly kinds?: readonly string[]
}

/** A request that a target got. */
export interface Arrival {
  readonly at: number
  readonly id: string
  readonly body: string
  /** It took it, or refused it for good. */
  readonly isSettled: boolean
}

const WEAK = 0.3
const SECRET = Buffer.from('a secret of thirty-two bytes....')

/** Takes webhooks on a loopback port, badly where its nature is so, and keeps what it got. */
export class ChaosTarget {
  readonly nature: TargetNature
  readonly arrivals: Arrival[] = []
  /** Signatures that were not right. */
  readonly forged: string[] = []
  readonly #random: Random
  readonly #mostFailures: number
  readonly #failures = new Map<string, number>()
  readonly #server = createServer(async (request, response) => {
    // A sender that is killed breaks off in the middle: nothing arrived.
    const body = await text(request).catch(() => null)
    if (body !== null) this.#take(request.headers, body, response)
  })
  #port = 0

  /** It fails at most `mostFailures` times for each event, so that no event is given up. */
  constructor(nature: TargetNature, random: Random, mostFailures: number) {
    this.nature = nature
    this.#random = random
    this.#mostFailures = mostFailures
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
    const { name, format, namespaces, kinds } = this.nature
    return {
      name,
      format,
      url: `http://127.0.0.1:${this.#port}/hook`,
      secrets: [`whsec_${SECRET.toString('base64')}`],
      ...(namespaces === undefined ? {} : { namespaces }),
      ...(kinds === undefined ? {} : { kinds }),
    }
  }

  #take(headers: IncomingHttpHeaders, body: string, response: ServerResponse): void {
    const id = String(headers['webhook-id'])
    if (!isSigned(headers, id, body)) this.forged.push(id)
    const failures = this.#failures.get(id) ?? 0
    const { weaknesses } = this.nature
    const fails = weaknesses.length > 0 && failures < this.#mostFailures && this.#random.chance(WEAK)
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

const FAILURES: Readonly<Record<Weakness, (response: ServerResponse, random: Random) => void>> = {
  error: (response, random) => response.writeHead(random.pick([500, 502, 503])).end(),
  busy: (response, random) =>
    response.writeHead(429, { 'retry-after': String(random.pick([1, 10, 20])) }).end(),
  hang: () => undefined,
  reset: (response) => response.destroy(),
  refuse: (response) => response.writeHead(400).end(),
}

/** As Standard Webhooks has it, written anew. */
function isSigned(headers: IncomingHttpHeaders, id: string, body: string): boolean {
  const given = Buffer.from(String(headers['webhook-signature']).replace(/^v1,/, ''), 'base64')
  const signed = `${id}.${headers['webhook-timestamp']}.${body}`
  const right = createHmac('sha256', SECRET).update(signed).digest()
  return given.length === right.length && timingSafeEqual(given, right)
}
