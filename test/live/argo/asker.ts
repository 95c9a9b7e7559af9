import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'

const EVERY_MS = 50
/** As the controller's client. */
const TIMEOUT_MS = 10_000

/**
 * Asks one question over and over, and remembers each answer that is not 200, and each broken connection. As Go's HTTP
 * client, so the controller's: it keeps a connection for its next question, and asks once more where a kept connection was
 * closed before any answer (https://pkg.go.dev/net/http#Transport).
 */
export class Asker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #stop = new AbortController()
  readonly #asking: Promise<void>
  readonly #failures: string[] = []
  readonly #url: string
  #answers = 0

  constructor(url: string) {
    this.#url = url
    this.#asking = this.#ask()
  }

  /** Ends the asking: how many were answered rightly, and what went wrong. */
  async end(): Promise<{ readonly answers: number; readonly failures: readonly string[] }> {
    this.#stop.abort()
    await this.#asking
    this.#agent.destroy()
    return { answers: this.#answers, failures: this.#failures }
  }

  async #ask(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const failure = await this.#failure().catch(String)
      if (failure === null) this.#answers += 1
      else this.#failures.push(`${new Date().toISOString()} ${failure}`)
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** What was wrong with the answer; null: nothing. Throws when there was none. */
  #failure(): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const asked = request(this.#url, { agent: this.#agent, timeout: TIMEOUT_MS }, (answer) => {
        text(answer).then(
          (said) => resolve(answer.statusCode === 200 ? null : `${answer.statusCode} ${said}`),
          reject,
        )
      })
      asked.once('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
      asked.once('error', (error: NodeJS.ErrnoException) => {
        const closedBefore = asked.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        if (closedBefore) this.#failure().then(resolve, reject)
        else reject(error)
      })
      asked.end()
    })
  }
}
