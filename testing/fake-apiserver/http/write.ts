import { errorChain } from '../../../src/lib/error-chain.ts'
import type { EmbeddedCluster } from '../cluster.ts'
import { isObject, type JsonObject, numberAt, objectAt, parseObject, stringAt } from '../json.ts'
import type { WritePart } from '../store/admission.ts'
import { ApiStatus, badRequest } from '../store/api-status.ts'
import type { ResourceType } from '../store/resource-type.ts'

/** A request that changes something. */
export interface WriteRequest {
  readonly method: string
  readonly contentType: string
  readonly body: string
  readonly query: URLSearchParams
  readonly namespace: string
  readonly objectName: string
  readonly part: WritePart
}

/** What a write did: the HTTP status and the object, or a Status of success. */
export interface WriteResult {
  readonly code: number
  readonly object: JsonObject
  /** The object is of kind Status. */
  readonly status: boolean
}

/** Grace period of a pod that names none, seconds. */
const DEFAULT_POD_GRACE_SECONDS = 30
const JSON_TYPES = ['', 'application/json']
const PATCH_TYPES = ['application/merge-patch+json', 'application/strategic-merge-patch+json']

/** Carries out a write. Throws an ApiStatus. */
export function write(cluster: EmbeddedCluster, type: ResourceType, request: WriteRequest): WriteResult {
  switch (request.method) {
    case 'POST':
      return created(
        cluster.create(type.plural, fresh(type, readBody(type, request, JSON_TYPES)), request.namespace),
      )
    case 'PUT':
      return changed(
        cluster.update(type.plural, named(readBody(type, request, JSON_TYPES), request), request.part),
      )
    case 'PATCH': {
      const patch = readBody(type, request, PATCH_TYPES)
      return changed(cluster.patch(type.plural, request.namespace, request.objectName, patch, request.part))
    }
    case 'DELETE':
      return remove(cluster, type, request)
    default:
      throw methodNotAllowed()
  }
}

export function methodNotAllowed(): ApiStatus {
  const message = 'the server does not allow this method on the requested resource'
  return new ApiStatus(405, 'MethodNotAllowed', message, {})
}

function readBody(
  type: ResourceType,
  { body, contentType }: WriteRequest,
  accepted: readonly string[],
): JsonObject {
  const media = contentType.split(';')[0]?.trim() ?? ''
  if (!accepted.includes(media)) {
    const list = accepted.filter((name) => name !== '').join(', ')
    const message = `the body of the request was in an unknown format - accepted media types include: ${list}`
    throw new ApiStatus(415, 'UnsupportedMediaType', message)
  }
  try {
    return parseObject(body)
  } catch (cause) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: ${errorChain(cause)}`,
    )
  }
}

/** What a client creates has no status but the one that every new object has. */
function fresh(type: ResourceType, object: JsonObject): JsonObject {
  if (!type.hasStatus) return object
  return { ...object, status: type.kind === 'Pod' ? { phase: 'Pending', qosClass: 'BestEffort' } : {} }
}

function named(object: JsonObject, { namespace, objectName }: WriteRequest): JsonObject {
  const metadata = objectAt(object, 'metadata')
  const given = stringAt(metadata, 'name')
  if (given !== '' && given !== objectName) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${objectName})`)
  }
  return { ...object, metadata: { ...metadata, name: objectName, namespace } }
}

function remove(cluster: EmbeddedCluster, type: ResourceType, request: WriteRequest): WriteResult {
  const { namespace, objectName } = request
  const old = cluster.get(type.plural, namespace, objectName)
  const grace = type.kind === 'Pod' ? podGrace(old, request) : 0
  const last = cluster.delete(type.plural, namespace, objectName, grace)
  if (type.kind === 'Pod' || stringAt(objectAt(last, 'metadata'), 'deletionTimestamp') !== '')
    return changed(last)
  const group = type.group === '' ? {} : { group: type.group }
  const details = {
    name: objectName,
    ...group,
    kind: type.plural,
    uid: stringAt(objectAt(last, 'metadata'), 'uid'),
  }
  return { code: 200, object: { metadata: {}, status: 'Success', details }, status: true }
}

/** A pod that no node has yet is gone at once; else its own grace period holds unless the request names another. */
function podGrace(pod: JsonObject, { body, query }: WriteRequest): number {
  const spec = objectAt(pod, 'spec')
  if (stringAt(spec, 'nodeName') === '') return 0
  const asked = query.get('gracePeriodSeconds')
  if (asked !== null) return Number(asked)
  const options: unknown = body.startsWith('{') ? JSON.parse(body) : {}
  if (isObject(options) && typeof options.gracePeriodSeconds === 'number') return options.gracePeriodSeconds
  return 'terminationGracePeriodSeconds' in spec
    ? numberAt(spec, 'terminationGracePeriodSeconds')
    : DEFAULT_POD_GRACE_SECONDS
}

function created(object: JsonObject): WriteResult {
  return { code: 201, object, status: false }
}

function changed(object: JsonObject): WriteResult {
  return { code: 200, object, status: false }
}
