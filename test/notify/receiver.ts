import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** What a sender may reach in tests: receivers are on loopback. */
export const LOCAL = { allowLoopback: true, env: {} }

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
  readonly text: string
}

/** Receives webhooks on loopback and keeps them. It gives the queued answers, then 200. */
export class Receiver {
  readonly received: Received[] = []
  readonly #answers: ((response: ServerResponse) => void)[] = []
  readonly #server = createServer(async (request, response) => {
    const body = await text(request)
    this.received.push({ headers: request.headers, body: JSON.parse(body), text: body })
    const answer = this.#answers.shift()
    if (answer === undefined) response.end('ok')
    else answer(response)
  })
  url = ''

  async start(t: { teardown(handler: () => void): void }): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.url = `http://127.0.0.1:${address.port}/hook`
    t.teardown(() => {
      this.#server.closeAllConnections()
      this.#server.close()
    })
    return this
  }

  /** Queues answers to the next requests. */
  answer(...answers: readonly (number | 'hang' | ((response: ServerResponse) => void))[]): void {
    for (const answer of answers) {
      if (typeof answer === 'function') this.#answers.push(answer)
      else if (answer === 'hang') this.#answers.push(() => undefined)
      else this.#answers.push((response) => response.writeHead(answer).end())
    }
  }
}
