/** One field as it is on the wire: a number for varints, bytes for all that has a length. */
export interface WireField {
  readonly number: number
  readonly value: number | Uint8Array
}

/** Reads the fields of one protobuf message. Throws a RangeError when the bytes end within a field. */
export class WireReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  field(): WireField {
    const tag = this.#varint()
    const number = Math.floor(tag / 8)
    if (tag % 8 === 0) return { number, value: this.#varint() }
    if (tag % 8 !== 2)
      throw new RangeError(`field ${number} has wire type ${tag % 8}, which Kubernetes does not use`)
    const length = this.#varint()
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError(`field ${number} is cut short`)
    const value = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return { number, value }
  }

  #varint(): number {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined || shift > 63n) throw new RangeError('a number is cut short')
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
  }
}
