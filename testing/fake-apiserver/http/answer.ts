import type { JsonObject } from '../json.ts'
import { compileSchema, type Message } from '../schema/messages.ts'
import type { ApiStatus } from '../store/api-status.ts'
import { frameParts, jsonParts } from '../store/change.ts'
import type { Encoding } from '../store/encoding.ts'
import type { StoredObject } from '../store/stored-object.ts'
import { canonical } from '../wire/canonical.ts'
import { encodeMessage } from '../wire/encode.ts'
import { envelope, watchFrame } from '../wire/envelope.ts'
import { ReverseWriter } from '../wire/reverse-writer.ts'
import { MEDIA } from './negotiate.ts'
import type { Outlet } from './outlet.ts'

const STATUS: Message = compileSchema()('Status')
const STATUS_TYPE = { apiVersion: 'v1', kind: 'Status' }
const END_OF_JSON = Buffer.from('\n')

/** Sends a whole answer. */
export async function send(
  outlet: Outlet,
  code: number,
  media: string,
  body: Buffer,
  extra = {},
): Promise<void> {
  await outlet.head(code, { 'content-type': media, 'content-length': body.length, ...extra })
  await outlet.write(body)
  outlet.end()
}

export function sendJson(outlet: Outlet, code: number, value: JsonObject): Promise<void> {
  return send(outlet, code, MEDIA.json, Buffer.from(`${JSON.stringify(value)}\n`))
}

/** 204: an answer without content. */
export async function sendNothing(outlet: Outlet): Promise<void> {
  await outlet.head(204, {})
  outlet.end()
}

export function sendText(outlet: Outlet, code: number, text: string): Promise<void> {
  return send(outlet, code, 'text/plain; charset=utf-8', Buffer.from(text))
}

/** Sends one object. */
export function sendObject(
  outlet: Outlet,
  code: number,
  object: StoredObject,
  encoding: Encoding,
): Promise<void> {
  if (encoding === 'json')
    return send(outlet, code, MEDIA.json, Buffer.concat([...jsonParts(object), END_OF_JSON]))
  const body = object.protobuf()
  const { head, tail } = envelope(object.type, body.length)
  return send(outlet, code, MEDIA.protobuf, Buffer.concat([head, body, tail]))
}

/** Sends a Status (of a failure: also its Retry-After). */
export function sendStatus(
  outlet: Outlet,
  code: number,
  status: JsonObject,
  encoding: Encoding,
): Promise<void> {
  const details = status.details
  const retry =
    typeof details === 'object' && details !== null && !Array.isArray(details)
      ? details.retryAfterSeconds
      : undefined
  const extra = typeof retry === 'number' ? { 'retry-after': retry } : {}
  if (encoding === 'json')
    return send(outlet, code, MEDIA.json, Buffer.from(`${statusJson(status)}\n`), extra)
  const body = statusProtobuf(status)
  const { head, tail } = envelope(STATUS_TYPE, body.length)
  return send(outlet, code, MEDIA.protobuf, Buffer.concat([head, body, tail]), extra)
}

/** The ERROR frame of a watch. */
export function errorFrame(failure: ApiStatus, encoding: Encoding): Buffer {
  const status = failure.toObject()
  if (encoding === 'json') return Buffer.from(`{"type":"ERROR","object":${statusJson(status)}}\n`)
  const body = statusProtobuf(status)
  const { head, tail } = watchFrame('ERROR', STATUS_TYPE, body.length)
  return Buffer.concat([head, body, tail])
}

/** A frame with an object that is in no store (bookmarks). */
export function objectFrame(type: string, object: StoredObject, encoding: Encoding): Buffer {
  return Buffer.concat(frameParts(type, object, encoding))
}

function statusJson(status: JsonObject): string {
  return JSON.stringify({ ...STATUS_TYPE, ...canonicalStatus(status) })
}

/** Details that are set but empty stay, as the API server writes `"details":{}`. */
function canonicalStatus(status: JsonObject): JsonObject {
  return canonical(STATUS, status)
}

function statusProtobuf(status: JsonObject): Buffer {
  const writer = new ReverseWriter()
  encodeMessage(writer, STATUS, canonicalStatus(status))
  return writer.take()
}
