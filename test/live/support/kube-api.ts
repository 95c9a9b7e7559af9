import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { Agent, fetch, type Response } from 'undici'
import { isObject, type JsonObject, text } from './json.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { until } from './until.ts'

const FOUND = 200
const MISSING = 404

/** One line of a watch. */
export interface WatchEvent {
  /** `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`. */
  readonly type: string
  readonly object: JsonObject
}

/**
 * The API server as a person's kubectl would use it, independent of Lynceus's own client, so that what Lynceus says can
 * be held against what the cluster says.
 */
export class KubeApi {
  readonly #server: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #agent: Agent

  constructor(kubeconfig: string) {
    const { server, ca, servername, token } = readKubeconfig(kubeconfig)
    this.#server = server
    this.#headers = { authorization: `Bearer ${token}` }
    this.#agent = new Agent({ bodyTimeout: 0, connect: { ca, servername } })
  }

  get(path: string): Promise<JsonObject> {
    return this.#json('GET', path)
  }

  create(path: string, object: JsonObject): Promise<JsonObject> {
    return this.#json('POST', path, object)
  }

  /** Merges into an existing object (RFC 7386). */
  patch(path: string, change: JsonObject): Promise<JsonObject> {
    return this.#json('PATCH', path, change, 'application/merge-patch+json')
  }

  /** Merges into an existing object of Kubernetes' own kinds as kubectl does: lists by their keys. */
  merge(path: string, change: JsonObject): Promise<JsonObject> {
    return this.#json('PATCH', path, change, 'application/strategic-merge-patch+json')
  }

  /** Begins to delete an object and what it owns. */
  async remove(path: string): Promise<void> {
    await this.#json('DELETE', path, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Foreground',
    })
  }

  /** Deletes an object and what it owns, and waits until it is gone. */
  async delete(path: string): Promise<void> {
    await this.remove(path)
    await until(
      `deletion of ${path}`,
      () => this.#fetch('GET', path),
      ({ status }) => status === MISSING,
    )
  }

  /** Deletes every object of a collection at once, without waiting for anything. */
  async deleteAll(path: string): Promise<void> {
    const options = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 }
    await this.#json('DELETE', path, options)
  }

  /** A namespace in which pods can be created: its default service account exists. */
  async createNamespace(name: string, metadata: JsonObject = {}): Promise<void> {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, name } }
    await this.create('/api/v1/namespaces', object)
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
    await until(
      account,
      () => this.#fetch('GET', account),
      ({ status }) => status === FOUND,
    )
  }

  /** Every pod of a namespace as it is and as it changes, until the caller stops asking. */
  async *watchPods(namespace: string): AsyncGenerator<JsonObject> {
    for await (const { object } of this.watch(`/api/v1/namespaces/${namespace}/pods`)) yield object
  }

  /**
   * Every object of a collection as it is and as it changes, until the caller stops asking, the signal ends it (it rejects
   * then), or the API server does.
   */
  async *watch(path: string, signal?: AbortSignal): AsyncGenerator<WatchEvent> {
    const { body } = await this.#fetch('GET', `${path}?watch=true`, undefined, undefined, signal)
    if (body === null) throw new Error(`${path}: no body`)
    const stream = Readable.fromWeb(body)
    try {
      for await (const line of createInterface({ input: stream })) {
        const event: unknown = JSON.parse(line)
        if (isObject(event) && isObject(event.object))
          yield { type: text(event, 'type'), object: event.object }
      }
    } finally {
      stream.destroy()
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #json(method: string, path: string, body?: JsonObject, type?: string): Promise<JsonObject> {
    const response = await this.#fetch(method, path, body, type)
    const answer: unknown = await response.json()
    if (!response.ok || !isObject(answer))
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  #fetch(
    method: string,
    path: string,
    body?: JsonObject,
    type = 'application/json',
    signal: AbortSignal | null = null,
  ): Promise<Response> {
    return fetch(`${this.#server}${path}`, {
      method,
      signal,
      headers: { ...this.#headers, 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
      dispatcher: this.#agent,
    })
  }
}
