/** Room that a new writer starts with. It grows; an ordinary pod takes about 5 KB. */
const INITIAL_BYTES = 64 * 1024
/** Up to this length a loop beats the call into native code that writes a string. */
const SHORT_STRING = 24

/**
 * Writes protobuf from the back to the front: when a message's length is to be written, its content is already there, so
 * that nothing is measured twice or moved. Callers write fields in reverse order, and of each field the value first.
 */
export class ReverseWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #at = INITIAL_BYTES

  /** Bytes written so far; the difference between two of these is the length of what was written between. */
  get written(): number {
    return this.#buffer.length - this.#at
  }

  /** A copy of all that was written; the writer is empty again. */
  take(): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(this.#at))
    this.#at = this.#buffer.length
    return taken
  }

  tag(field: number, wireType: 0 | 2): void {
    this.varint(field * 8 + wireType)
  }

  /** A safe integer, negative ones sign-extended to 64 bits as protobuf has it. */
  varint(value: number): void {
    this.#room(10)
    if (value < 0) {
      this.#bigVarint(BigInt.asUintN(64, BigInt(value)))
      return
    }
    let length = 1
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1
    this.#at -= length
    let at = this.#at
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#buffer[at++] = (rest % 128) + 128
    this.#buffer[at] = rest
  }

  /** A string with its length in front. */
  string(value: string): void {
    const length = value.length
    this.#room(length * 3)
    const end = this.#at
    if (length > SHORT_STRING || !this.#ascii(value)) {
      const bytes = Buffer.byteLength(value)
      this.#at = end - bytes
      this.#buffer.write(value, this.#at, 'utf8')
    }
    this.varint(end - this.#at)
  }

  /** Bytes with their length in front. */
  bytes(value: Uint8Array): void {
    this.#room(value.length)
    this.#at -= value.length
    this.#buffer.set(value, this.#at)
    this.varint(value.length)
  }

  #ascii(value: string): boolean {
    const start = this.#at - value.length
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) return false
      this.#buffer[start + i] = code
    }
    this.#at = start
    return true
  }

  #bigVarint(value: bigint): void {
    const bytes: number[] = []
    let rest = value
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
    bytes.push(Number(rest))
    this.#at -= bytes.length
    this.#buffer.set(bytes, this.#at)
  }

  #room(bytes: number): void {
    if (this.#at >= bytes) return
    const written = this.written
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, written + bytes))
    this.#buffer.copy(grown, grown.length - written, this.#at)
    this.#at = grown.length - written
    this.#buffer = grown
  }
}
