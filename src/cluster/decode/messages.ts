import protobuf from 'protobufjs/light.js'
import { readJson } from './json-reader.ts'
import { descriptor, type Messages } from './slim.generated.ts'

let root: protobuf.Root | null = null

/** Not before the first message is read: making the types takes a tenth of the start of a command. */
function findType(name: string): protobuf.Type {
  root ??= protobuf.Root.fromJSON(descriptor)
  return root.lookupType(`lynceus.${name}`)
}

/** One message of slim.proto, with its two encodings. */
export interface MessageType<T> {
  /** Reads `length` bytes (default: all that is left). Throws on malformed bytes. */
  readonly decode: (reader: protobuf.Reader, length?: number) => T
  /** Reads an object as the API server writes it in JSON. Throws a DecodeError that names the field. */
  readonly fromJson: (value: unknown) => T
}

/** The message of this name. The types and the decoder are made from the same file, so the casts here hold. */
export function messageType<N extends keyof Messages>(name: N): MessageType<Messages[N]> {
  let found: protobuf.Type | null = null
  const type = (): protobuf.Type => {
    found ??= findType(name)
    return found
  }
  return {
    decode: (reader, length) => {
      const message: unknown = type().decode(reader, length)
      return message as Messages[N]
    },
    fromJson: (value) => readJson(type(), value) as Messages[N],
  }
}
