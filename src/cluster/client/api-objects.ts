import { readBounded } from '../../lib/read-bounded.ts'
import { truncate } from '../../lib/text.ts'
import type { Connection } from './connection.ts'
import { ApiStatusError } from './errors.ts'

/** Longest that one read or write of a small object may take, ms. */
const OBJECT_TIMEOUT_MS = 10_000
/** etcd takes objects of 1.5 MiB; as JSON in JSON, and with managed fields, they are a few times as large. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024
/** Longest part of an error's body in a message, characters. */
const MAX_DETAIL = 300

/**
 * Single objects of the API as JSON, for what Lynceus itself keeps in the cluster. A replacement carries the
 * resourceVersion it was read with: when another client wrote meanwhile, the API server refuses it with 409.
 */
export class ApiObjects {
  readonly #connection: Pick<Connection, 'request'>

  constructor(connection: Pick<Connection, 'request'>) {
    this.#connection = connection
  }

  /** The object, or null when there is none. Throws an ApiStatusError or a ConnectionError. */
  async read(path: string): Promise<unknown> {
    try {
      return await this.#send(path)
    } catch (error) {
      if (error instanceof ApiStatusError && error.status === 404) return null
      throw error
    }
  }

  /** Adds an object to a collection. Throws an ApiStatusError, 409 when it is there already. */
  create(collection: string, object: unknown): Promise<unknown> {
    return this.#send(collection, { method: 'POST', body: JSON.stringify(object) })
  }

  /** Replaces an object. Throws an ApiStatusError, 409 when it is not the version that was read. */
  replace(path: string, object: unknown): Promise<unknown> {
    return this.#send(path, { method: 'PUT', body: JSON.stringify(object) })
  }

  async #send(path: string, write?: { readonly method: 'POST' | 'PUT'; readonly body: string }) {
    const signal = AbortSignal.timeout(OBJECT_TIMEOUT_MS)
    const writing = write === undefined ? {} : { write }
    const response = await this.#connection.request({ path, accept: 'application/json', signal, ...writing })
    const body = String(await readBounded(response.body, MAX_OBJECT_BYTES))
    if (response.status >= 300) {
      const what = `${write?.method ?? 'GET'} ${path}: ${response.status} ${truncate(body, MAX_DETAIL)}`
      throw new ApiStatusError(what, response.status, response.retryAfterSeconds)
    }
    const value: unknown = JSON.parse(body)
    return value
  }
}
