import { fetch } from 'undici'
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

  /** The status of /readyz; 0 while nothing listens. */
  async readiness(): Promise<number> {
    try {
      const response = await fetch(`${this.#url}/readyz`)
      await response.text()
      return response.status
    } catch (error) {
      if (error instanceof TypeError) return 0
      throw error
    }
  }
}
