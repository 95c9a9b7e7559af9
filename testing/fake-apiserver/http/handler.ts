import type { IncomingHttpHeaders } from 'node:http'
import type { EmbeddedCluster } from '../cluster.ts'
import { type JsonObject, objectAt, parseObject, stringAt } from '../json.ts'
import { ApiStatus, badRequest, notFound, unknownResource } from '../store/api-status.ts'
import { objectKey, StoredObject } from '../store/stored-object.ts'
import type { Access } from './access.ts'
import { send, sendJson, sendNothing, sendObject, sendStatus, sendText } from './answer.ts'
import { discover } from './discovery.ts'
import type { Faults, PlannedAnswer } from './faults.ts'
import { serveList } from './list.ts'
import { listOptions } from './list-options.ts'
import { errorEncoding, negotiate } from './negotiate.ts'
import type { Outlet } from './outlet.ts'
import { podLog } from './pod-log.ts'
import { findRoute, hasGroup, type Route } from './route.ts'
import { Watch } from './watch.ts'
import { methodNotAllowed, write } from './write.ts'

/** A request as both HTTP versions have it. */
export interface ApiCall {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Reads the whole body. */
  readonly body: () => Promise<string>
}

const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const VERBS: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
])

/** Answers the requests of the Kubernetes API. */
export class ApiHandler {
  readonly #cluster: EmbeddedCluster
  readonly #faults: Faults
  readonly #access: Access
  readonly #bookmarkEveryMs: number

  constructor(cluster: EmbeddedCluster, faults: Faults, access: Access, bookmarkEveryMs: number) {
    this.#cluster = cluster
    this.#faults = faults
    this.#access = access
    this.#bookmarkEveryMs = bookmarkEveryMs
  }

  /** Answers one request; a refusal becomes a Status. */
  async handle(call: ApiCall, outlet: Outlet): Promise<void> {
    try {
      const planned = this.#faults.takeAnswer(call.url)
      if (planned !== null) throw plannedStatus(planned)
      await this.#answer(call, outlet)
    } catch (cause) {
      const failure = cause instanceof ApiStatus ? cause : new ApiStatus(500, 'InternalError', String(cause))
      await sendStatus(outlet, failure.code, failure.toObject(), errorEncoding(call.headers.accept ?? ''))
    }
  }

  async #answer(call: ApiCall, outlet: Outlet): Promise<void> {
    this.#access.authenticate(call.headers.authorization ?? '')
    const url = new URL(call.url, 'http://embedded')
    const document = discover(this.#cluster, url.pathname)
    if (typeof document === 'string') return sendText(outlet, 200, document)
    if (document !== undefined) return sendJson(outlet, 200, document)
    if (url.pathname === ACCESS_REVIEWS) return this.#review(call, outlet)
    const route = findRoute(this.#cluster, url.pathname)
    if (route !== null) return this.#serve(call, route, url.searchParams, outlet)
    if (hasGroup(this.#cluster, url.pathname)) throw unknownResource()
    return sendText(outlet, 404, '404 page not found\n')
  }

  #serve(call: ApiCall, route: Route, query: URLSearchParams, outlet: Outlet): Promise<void> {
    if (call.method !== 'GET') return this.#write(call, route, query, outlet)
    if (route.objectName === '') return this.#collection(call, route, query, outlet)
    return route.subresource === 'log' ? this.#log(route, query, outlet) : this.#single(call, route, outlet)
  }

  async #log({ type, namespace, objectName }: Route, query: URLSearchParams, outlet: Outlet): Promise<void> {
    this.#access.authorize('get', { ...type, plural: 'pods/log' }, namespace)
    const pod = this.#cluster.get(type.plural, namespace, objectName)
    const log = podLog(this.#cluster.logs, pod, query)
    return log === null ? sendNothing(outlet) : send(outlet, 200, 'text/plain', log)
  }

  async #collection(call: ApiCall, route: Route, query: URLSearchParams, outlet: Outlet): Promise<void> {
    const { type, namespace } = route
    const encoding = negotiate(call.headers.accept ?? '', type.message !== null)
    const options = listOptions(query, !this.#faults.lacksWatchList)
    this.#access.authorize(options.watch ? 'watch' : 'list', type, namespace)
    const store = this.#cluster.store(type.plural)
    if (!options.watch) return serveList(this.#cluster, store, namespace, options, encoding, outlet)
    const settings = { faults: this.#faults, bookmarkEveryMs: this.#bookmarkEveryMs }
    return new Watch(this.#cluster, store, namespace, options, encoding, outlet, settings).serve()
  }

  async #single(call: ApiCall, { type, namespace, objectName }: Route, outlet: Outlet): Promise<void> {
    const encoding = negotiate(call.headers.accept ?? '', type.message !== null)
    this.#access.authorize('get', type, namespace)
    const object = this.#cluster.store(type.plural).get(objectKey(namespace, objectName))
    if (object === undefined) throw notFound(type.group, type.plural, objectName)
    return sendObject(outlet, 200, object, encoding)
  }

  async #write(call: ApiCall, route: Route, query: URLSearchParams, outlet: Outlet): Promise<void> {
    const { type, namespace, objectName, subresource } = route
    const encoding = negotiate(call.headers.accept ?? '', type.message !== null)
    const onCollection = call.method === 'POST'
    if (
      subresource === 'log' ||
      onCollection !== (objectName === '') ||
      (type.namespaced && namespace === '')
    )
      throw methodNotAllowed()
    this.#access.authorize(VERBS.get(call.method) ?? call.method.toLowerCase(), type, namespace)
    const part = subresource === 'status' ? 'status' : 'main'
    const body = await call.body()
    const contentType = call.headers['content-type'] ?? ''
    const request = { method: call.method, contentType, body, query, namespace, objectName, part } as const
    const { code, object, status } = write(this.#cluster, type, request)
    if (status) return sendStatus(outlet, code, object, encoding)
    return sendObject(outlet, code, new StoredObject(type, object), encoding)
  }

  /** SelfSubjectAccessReview: may the asker do this? */
  async #review(call: ApiCall, outlet: Outlet): Promise<void> {
    if (call.method !== 'POST') throw methodNotAllowed()
    const spec = objectAt(readReview(await call.body()), 'spec')
    const asked = objectAt(spec, 'resourceAttributes')
    if (!('resourceAttributes' in spec) && !('nonResourceAttributes' in spec)) throw withoutAttributes()
    const allowed = this.#access.permitsVerb(
      stringAt(asked, 'verb'),
      stringAt(asked, 'resource'),
      stringAt(asked, 'namespace'),
    )
    const meta = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1' }
    return sendJson(outlet, 201, {
      ...meta,
      metadata: { creationTimestamp: null },
      spec,
      status: { allowed },
    })
  }
}

/** Of a review that asks for nothing. */
function withoutAttributes(): ApiStatus {
  const what = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  return new ApiStatus(
    422,
    'Invalid',
    `SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: ${what}`,
  )
}

function readReview(body: string): JsonObject {
  try {
    return parseObject(body)
  } catch (cause) {
    throw badRequest(`the object provided is unrecognized: ${String(cause)}`)
  }
}

function plannedStatus({ status, retryAfterSeconds }: PlannedAnswer): ApiStatus {
  const reasons: Record<number, readonly [string, string]> = {
    410: ['Expired', 'too old resource version'],
    429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
    500: ['InternalError', 'Internal error occurred: planned'],
    503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  }
  const [reason, message] = reasons[status] ?? ['', `planned answer ${status}`]
  return new ApiStatus(
    status,
    reason,
    message,
    retryAfterSeconds === undefined ? null : { retryAfterSeconds },
  )
}
