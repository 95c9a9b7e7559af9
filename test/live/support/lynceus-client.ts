import { fetch, request } from 'undici'
import { isObject, type JsonObject } from './json.ts'

/** What Lynceus answered. */
export interface Answer {
  readonly status: number
  readonly body: JsonObject
}

/** Parameters of a question, as they go into the query. */
export type Question = Readonly<Record<string, string>>

/** Asks a running Lynceus over HTTP, as Argo Rollouts would. */
export class LynceusClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Throws when the answer is no JSON object, whatever its status: the contract promises one. */
  async ask(route: string, question: Question = {}): Promise<Answer> {
    const response = await fetch(`${this.#url}${route}?${new URLSearchParams(question)}`)
    const body: unknown = await response.json()
    if (!isObject(body)) throw new Error(`${route}: ${response.status} without a JSON object`)
    return { status: response.status, body }
  }

  /**
   * The status of /readyz; 0 while nothing listens. Each time over a new connection: one that was opened to a Service before
   * kube-proxy knew of it went elsewhere, and a kept one would stay there for good.
   */
  async readiness(): Promise<number> {
    try {
      const { statusCode, body } = await request(`${this.#url}/readyz`, { reset: true })
      await body.dump()
      return statusCode
    } catch (error) {
      if (error instanceof Error && 'code' in error) return 0
      throw error
    }
  }
}
