import { watchFrame } from '../wire/envelope.ts'
import type { Encoding } from './encoding.ts'
import type { StoredObject } from './stored-object.ts'

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** One change of one object. Its frames are made once and shared by all watches. */
export class Change {
  readonly type: ChangeType
  /** The object after the change; for a DELETED its last state, at the resourceVersion of the deletion. */
  readonly object: StoredObject
  /** The object before the change; null when there was none. */
  readonly previous: StoredObject | null
  readonly #frames = new Map<string, Buffer>()

  constructor(type: ChangeType, object: StoredObject, previous: StoredObject | null) {
    this.type = type
    this.object = object
    this.previous = previous
  }

  get resourceVersion(): number {
    return this.object.resourceVersion
  }

  /** The frame of this change in a watch. `as` differs from the change's type where a selector lets an object in or out. */
  frame(as: ChangeType, encoding: Encoding): Buffer {
    const key = `${as} ${encoding}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      frame = Buffer.concat(frameParts(as, this.object, encoding))
      this.#frames.set(key, frame)
    }
    return frame
  }
}

const COMMA = Buffer.from(',')
const JSON_FRAME_END = Buffer.from('}\n')

/** The pieces of a frame that shows an object: around its own bytes, which are not copied. */
export function frameParts(type: string, object: StoredObject, encoding: Encoding): readonly Buffer[] {
  if (encoding === 'protobuf') {
    const body = object.protobuf()
    const { head, tail } = watchFrame(type, object.type, body.length)
    return [head, body, tail]
  }
  return [Buffer.from(`{"type":"${type}","object":`), ...jsonParts(object), JSON_FRAME_END]
}

/** The pieces of an object's JSON, with kind and apiVersion. */
export function jsonParts(object: StoredObject): readonly Buffer[] {
  const body = object.json()
  const { kind, apiVersion, message } = object.type
  if (message === null) return [body]
  return [Buffer.from(`{"kind":"${kind}","apiVersion":"${apiVersion}"`), COMMA, body.subarray(1)]
}
