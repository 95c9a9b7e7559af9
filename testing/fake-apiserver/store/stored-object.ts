import { isObject, type Json, type JsonObject, objectAt, parseObject, stringAt } from '../json.ts'
import type { Message } from '../schema/messages.ts'
import { canonical } from '../wire/canonical.ts'
import { decodeMessage } from '../wire/decode.ts'
import { encodeMessage } from '../wire/encode.ts'
import { ReverseWriter } from '../wire/reverse-writer.ts'
import type { Encoding } from './encoding.ts'
import type { ResourceType } from './resource-type.ts'

/** One for all: its buffer is only in use within one call. */
const WRITER = new ReverseWriter()

/** One state of one object: immutable, kept as encoded bytes, each encoding made when first asked for. */
export class StoredObject {
  readonly type: ResourceType
  readonly namespace: string
  readonly objectName: string
  /** Orders objects as etcd does: `namespace/name`. */
  readonly key: string
  readonly resourceVersion: number
  readonly labels: Readonly<Record<string, string>>
  /** Values of the type's selectable fields, in their order. */
  readonly fields: readonly string[]
  #json: Buffer | null = null
  #protobuf: Buffer | null = null

  /**
   * Takes an object whose metadata is complete; drops what the type's schema doesn't know. The encoding is the one that is
   * made at once. Throws an InvalidObject.
   */
  constructor(type: ResourceType, object: JsonObject, encoding: Encoding = 'json') {
    const metadata = objectAt(object, 'metadata')
    this.type = type
    this.namespace = stringAt(metadata, 'namespace')
    this.objectName = stringAt(metadata, 'name')
    this.key = objectKey(this.namespace, this.objectName)
    this.resourceVersion = Number(stringAt(metadata, 'resourceVersion'))
    this.labels = readLabels(metadata)
    this.fields = type.selectable.map((path) => fieldAt(object, path))
    const { message, apiVersion, kind } = type
    if (message === null) this.#json = Buffer.from(JSON.stringify({ ...object, apiVersion, kind }))
    else if (encoding === 'json') this.#json = Buffer.from(JSON.stringify(canonical(message, object)))
    else this.#protobuf = encode(message, canonical(message, object))
  }

  /** The JSON text. Typed objects are without kind and apiVersion, as in lists. */
  json(): Buffer {
    this.#json ??= Buffer.from(JSON.stringify(this.#decoded()))
    return this.#json
  }

  /** The protobuf message, without envelope; empty for types that have none. */
  protobuf(): Buffer {
    const { message } = this.type
    if (message === null) return Buffer.alloc(0)
    this.#protobuf ??= encode(message, parseObject(this.json().toString()))
    return this.#protobuf
  }

  /** A fresh copy as an object, with kind and apiVersion. */
  toObject(): JsonObject {
    const { apiVersion, kind } = this.type
    const body = this.#json === null ? this.#decoded() : parseObject(this.#json.toString())
    return { kind, apiVersion, ...body }
  }

  #decoded(): JsonObject {
    const { message } = this.type
    return message === null || this.#protobuf === null ? {} : decodeMessage(message, this.#protobuf)
  }
}

function encode(message: Message, object: JsonObject): Buffer {
  encodeMessage(WRITER, message, object)
  return WRITER.take()
}

export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

function readLabels(metadata: JsonObject): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  for (const [key, value] of Object.entries(objectAt(metadata, 'labels'))) {
    if (typeof value === 'string') labels[key] = value
  }
  return labels
}

function fieldAt(object: JsonObject, path: string): string {
  let value: Json | undefined = object
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}
