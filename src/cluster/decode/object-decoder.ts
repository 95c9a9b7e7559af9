import type { Identity } from '../../model/meta.ts'
import type { CustomObject, Records, ResourceName } from '../../model/records.ts'
import { DecodeError } from './decode-error.ts'
import type { InterningReader } from './interning-reader.ts'
import { messageType } from './messages.ts'
import type { Messages } from './slim.generated.ts'

/** Turns one object of a resource into its record. Both ways give equal records for the same object. */
export interface ObjectDecoder<R extends Identity> {
  /** Reads a message of `length` bytes. Throws a DecodeError for bytes of anything else. */
  readonly fromProtobuf: (reader: InterningReader, length: number) => R
  /** Reads an object as parsed from JSON; throws a DecodeError. */
  readonly fromJson: (object: unknown) => R
}

export type ObjectDecoders = { readonly [N in ResourceName]: ObjectDecoder<Records[N]> }

/** Custom resources have no protobuf form, and no message of slim.proto: each has fields of its own. */
export function customDecoder(toRecord: (object: unknown) => CustomObject): ObjectDecoder<CustomObject> {
  return {
    fromProtobuf: () => {
      throw new DecodeError('protobuf for a custom resource')
    },
    fromJson: (object) => identified(toRecord(object)),
  }
}

/** The decoder of objects that have the message `name` of slim.proto. */
export function objectDecoder<N extends keyof Messages, R extends Identity>(
  name: N,
  toRecord: (message: Messages[N]) => R,
): ObjectDecoder<R> {
  const type = messageType(name)
  return {
    fromProtobuf: (reader, length) => {
      try {
        return identified(toRecord(type.decode(reader, length)))
      } catch (cause) {
        if (cause instanceof DecodeError) throw cause
        throw new DecodeError('malformed protobuf', { cause })
      }
    },
    fromJson: (object) => identified(toRecord(type.fromJson(object))),
  }
}

function identified<R extends Identity>(record: R): R {
  if (record.uid !== '' && record.name !== '') return record
  throw new DecodeError('an object without metadata.name or uid')
}
