import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** As the controller's HTTP client: it keeps a connection for its next question. */
const EVERY_MS = 50

/** Asks one question over and over, and remembers each answer that is not 200, and each broken connection. */
export class Asker {
  readonly #agent = new Agent()
  readonly #stop = new AbortController()
  readonly #asking: Promise<void>
  readonly #failures: string[] = []
  #answers = 0

  constructor(url: string) {
    this.#asking = this.#ask(url)
  }

  /** Ends the asking: how many were answered rightly, and what went wrong. */
  async end(): Promise<{ readonly answers: number; readonly failures: readonly string[] }> {
    this.#stop.abort()
    await this.#asking
    await this.#agent.destroy()
    return { answers: this.#answers, failures: this.#failures }
  }

  async #ask(url: string): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const { statusCode, body } = await request(url, { dispatcher: this.#agent })
        const said = await body.text()
        if (statusCode === 200) this.#answers += 1
        else this.#failures.push(`${statusCode} ${said}`)
      } catch (error) {
        this.#failures.push(String(error))
      }
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
