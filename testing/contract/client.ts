import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isObject, type JsonObject, parseObject } from '../fake-apiserver/json.ts'
import { decodeFrame, decodeObject, type WatchedEvent } from './protobuf.ts'

/** How to reach a Kubernetes API that is to be held to the contract. */
export interface ContractTarget {
  /** Without a slash at the end. */
  readonly url: string
  readonly token?: string
  /** PEM of the certificate to trust. */
  readonly ca?: string
  readonly servername?: string
  /** The server has the feature WatchList switched off, as 1.30 has. */
  readonly lacksWatchList?: boolean
  /** Makes the server forget what was before a resourceVersion, where that can be done from here. */
  readonly compact?: (resourceVersion: number) => Promise<void>
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | undefined
  readonly bytes: Buffer
  /** The object in it, whatever its encoding; empty when it is plain text. */
  readonly object: JsonObject
}

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
/** How long anything may take before the test fails. */
const MAX_REQUEST_MS = 30_000

/** A plain client of its own: the contract must not depend on what it is to prove. */
export class ContractClient {
  readonly #target: ContractTarget

  constructor(target: ContractTarget) {
    this.#target = target
  }

  get(path: string, accept = 'application/json'): Promise<Answer> {
    return this.send('GET', path, undefined, { accept })
  }

  async send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await this.#open(method, path, headers, body)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(toBuffer(chunk))
    const bytes = Buffer.concat(chunks)
    const contentType = response.headers['content-type'] ?? ''
    const base = {
      status: response.statusCode ?? 0,
      contentType,
      bytes,
      retryAfter: response.headers['retry-after'],
    }
    return { ...base, object: read(contentType, bytes) }
  }

  create(path: string, object: JsonObject): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(object), { 'content-type': 'application/json' })
  }

  patch(path: string, patch: JsonObject): Promise<Answer> {
    return this.send('PATCH', path, JSON.stringify(patch), { 'content-type': 'application/merge-patch+json' })
  }

  /** Watches until `enough` says so or the server ends the watch; a refused one brings no events. */
  async watch(
    path: string,
    enough: (events: readonly WatchedEvent[]) => boolean,
    accept = 'application/json',
  ): Promise<{
    readonly status: number
    readonly events: readonly WatchedEvent[]
    readonly endedByServer: boolean
  }> {
    const response = await this.#open('GET', path, { accept }, undefined)
    const events: WatchedEvent[] = []
    // As an API server does for a moment whose cache of a new resource is not filled yet.
    if (response.statusCode !== 200) {
      response.destroy()
      return { status: response.statusCode ?? 0, events, endedByServer: true }
    }
    const binary = (response.headers['content-type'] ?? '').startsWith(PROTOBUF)
    let rest = Buffer.alloc(0)
    for await (const chunk of response) {
      rest = Buffer.concat([rest, toBuffer(chunk)])
      rest = binary ? takeFrames(rest, events) : takeLines(rest, events)
      if (!enough(events)) continue
      response.destroy()
      return { status: response.statusCode ?? 0, events, endedByServer: false }
    }
    return { status: response.statusCode ?? 0, events, endedByServer: true }
  }

  async #open(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | undefined,
  ): Promise<IncomingMessage> {
    const { url, token, ca, servername } = this.#target
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const options = {
      method,
      headers: { ...headers, ...authorization },
      signal: AbortSignal.timeout(MAX_REQUEST_MS),
    }
    const tls = { ...(ca === undefined ? {} : { ca }), ...(servername === undefined ? {} : { servername }) }
    const request = url.startsWith('https:')
      ? httpsRequest(url + path, { ...options, ...tls })
      : httpRequest(url + path, options)
    request.end(body)
    const [response]: unknown[] = await once(request, 'response')
    if (!isMessage(response)) throw new TypeError('no response')
    return response
  }
}

function isMessage(value: unknown): value is IncomingMessage {
  return typeof value === 'object' && value !== null && 'statusCode' in value
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk
  throw new TypeError('expected bytes')
}

function read(contentType: string, bytes: Buffer): JsonObject {
  if (contentType.startsWith(PROTOBUF)) return decodeObject(bytes)
  return contentType.startsWith('application/json') ? parseObject(bytes.toString()) : {}
}

function takeLines(bytes: Buffer, events: WatchedEvent[]): Buffer<ArrayBuffer> {
  let at = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
    const { type, object } = parseObject(bytes.toString('utf8', at, end))
    if (typeof type !== 'string' || !isObject(object)) throw new TypeError('not a watch event')
    events.push({ type, object })
    at = end + 1
  }
  return Buffer.from(bytes.subarray(at))
}

function takeFrames(bytes: Buffer, events: WatchedEvent[]): Buffer<ArrayBuffer> {
  let at = 0
  while (bytes.length - at >= 4) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (bytes.length < end) break
    events.push(decodeFrame(bytes.subarray(at + 4, end)))
    at = end
  }
  return Buffer.from(bytes.subarray(at))
}
