import type { ResourceSpec } from '../../kinds/descriptor.ts'
import type { Identity } from '../../model/meta.ts'
import { DecodeError } from '../decode/decode-error.ts'
import type { ObjectDecoder } from '../decode/object-decoder.ts'

/** An object as the API server sent it. */
export interface RawObject extends Identity {
  readonly object: Readonly<Record<string, unknown>>
}

/** Takes objects over whole. Items of a list come without kind and apiVersion, which are added as a watch sends them. */
export function rawObjects({ kind, group, version }: ResourceSpec): ObjectDecoder<RawObject> {
  const apiVersion = group === '' ? version : `${group}/${version}`
  return {
    fromProtobuf: () => {
      throw new DecodeError('protobuf where JSON was asked for')
    },
    fromJson: (value) => {
      const object = { kind, apiVersion, ...toRecord(value) }
      const { name, uid, resourceVersion } = toRecord(toRecord(value).metadata)
      if (typeof name !== 'string' || typeof uid !== 'string' || typeof resourceVersion !== 'string')
        throw new DecodeError('an object without metadata.name, uid or resourceVersion')
      return { name, uid, resourceVersion, object }
    },
  }
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DecodeError('an object was expected')
  return Object.fromEntries(Object.entries(value))
}
