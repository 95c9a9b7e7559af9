import protobuf from 'protobufjs/light.js'

/** Longer strings (messages) seldom repeat, and comparing them would cost more than decoding them. */
const MAX_INTERNED_BYTES = 80
/** Slots of the direct-mapped table; a power of two. 16,384 strings of 30 bytes take about 1 MB. */
const SLOTS = 1 << 14
/** Bytes at each end that are hashed: equal strings hash alike, and what differs only in between shares a slot. */
const HASHED_ENDS = 8

/**
 * The strings of Kubernetes objects are few and come again and again: label keys, images, reasons, owners. This table
 * turns their bytes into a string that exists already, without making a new one first. A newer string takes the slot
 * of an older one, so its size is fixed.
 */
export class StringTable {
  readonly #slots: string[] = new Array<string>(SLOTS).fill('')

  /** The string of these UTF-8 bytes. */
  read(bytes: Buffer, start: number, end: number): string {
    let hash = 0x811c9dc5 ^ (end - start) // FNV-1a
    const head = Math.min(start + HASHED_ENDS, end)
    for (let i = start; i < head; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
    for (let i = Math.max(head, end - HASHED_ENDS); i < end; i += 1)
      hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    const known = this.#slots[slot] ?? ''
    if (sameAscii(known, bytes, start, end)) return known
    const text = bytes.toString('utf8', start, end)
    this.#slots[slot] = text
    return text
  }
}

/** Never true for text beyond ASCII: its length in characters differs from that in bytes, or a byte is above 127. */
function sameAscii(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let i = 0; i < text.length; i += 1) {
    const byte = bytes[start + i] ?? 0
    if (byte > 127 || text.charCodeAt(i) !== byte) return false
  }
  return true
}

/** A protobuf reader whose short strings come from a table. */
export class InterningReader extends protobuf.BufferReader {
  readonly #table: StringTable
  readonly #buffer: Buffer

  constructor(buffer: Buffer, table: StringTable) {
    super(buffer)
    this.#buffer = buffer
    this.#table = table
  }

  /** What proto3 messages are read with. Bytes that are no UTF-8 become U+FFFD instead of an error, as elsewhere in Node. */
  override stringVerify(): string {
    return this.string()
  }

  override string(): string {
    const length = this.uint32()
    const start = this.pos
    const end = start + length
    if (end > this.len)
      throw new RangeError(`string of ${length} bytes at ${start} runs past the end (${this.len})`)
    this.pos = end
    if (length === 0) return ''
    return length > MAX_INTERNED_BYTES
      ? this.#buffer.toString('utf8', start, end)
      : this.#table.read(this.#buffer, start, end)
  }
}
