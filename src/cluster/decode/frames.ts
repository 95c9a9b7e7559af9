import { DecodeError } from './decode-error.ts'

/** Larger than any object that etcd takes (1.5 MiB by default, some raise it to 8), so a longer frame is garbage. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024

const LENGTH_BYTES = 4
const NEWLINE = 0x0a

/** Cuts a byte stream into frames. Copies only frames that lie across chunks, each byte once. */
export interface FrameSplitter {
  /** The frames that this chunk completes; they may share its memory. Throws a DecodeError on a frame too long. */
  push(chunk: Buffer): Iterable<Buffer>
  /** Bytes of a frame that is not complete. */
  readonly pending: number
}

/** Parts of a frame that isn't complete yet. */
class Parts {
  #chunks: Buffer[] = []
  bytes = 0

  add(chunk: Buffer): void {
    if (chunk.length === 0) return
    if (this.bytes + chunk.length > MAX_FRAME_BYTES + LENGTH_BYTES)
      throw new DecodeError(`a frame of more than ${MAX_FRAME_BYTES} bytes`)
    this.#chunks.push(chunk)
    this.bytes += chunk.length
  }

  take(): Buffer {
    const [only] = this.#chunks
    const whole =
      this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.bytes)
    this.#chunks = []
    this.bytes = 0
    return whole
  }
}

/** Frames with a 4-byte big-endian length before each: protobuf watches. */
export class LengthPrefixedSplitter implements FrameSplitter {
  readonly #parts = new Parts()
  /** Bytes, length included, that make the first frame in `parts` complete; unknown until its length is there. */
  #wanted = LENGTH_BYTES

  get pending(): number {
    return this.#parts.bytes
  }

  *push(chunk: Buffer): Iterable<Buffer> {
    let rest = chunk
    if (this.#parts.bytes > 0) {
      rest = this.#fill(rest)
      if (this.#parts.bytes < this.#wanted) return
      if (this.#wanted === LENGTH_BYTES) {
        const head = this.#parts.take()
        this.#wanted = LENGTH_BYTES + readLength(head, 0)
        this.#parts.add(head)
        rest = this.#fill(rest)
        if (this.#parts.bytes < this.#wanted) return
      }
      yield this.#parts.take().subarray(LENGTH_BYTES)
    }
    this.#wanted = LENGTH_BYTES
    let at = 0
    while (rest.length - at >= LENGTH_BYTES) {
      const end = at + LENGTH_BYTES + readLength(rest, at)
      if (end > rest.length) {
        this.#wanted = end - at
        break
      }
      yield rest.subarray(at + LENGTH_BYTES, end)
      at = end
    }
    this.#parts.add(rest.subarray(at))
  }

  #fill(chunk: Buffer): Buffer {
    const missing = Math.max(0, this.#wanted - this.#parts.bytes)
    this.#parts.add(chunk.subarray(0, missing))
    return chunk.subarray(missing)
  }
}

function readLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at)
  if (length > MAX_FRAME_BYTES) throw new DecodeError(`a frame of ${length} bytes`)
  return length
}

/** Frames that end with a newline: JSON watches. */
export class LineSplitter implements FrameSplitter {
  readonly #parts = new Parts()

  get pending(): number {
    return this.#parts.bytes
  }

  *push(chunk: Buffer): Iterable<Buffer> {
    let at = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      this.#parts.add(chunk.subarray(at, end))
      at = end + 1
      if (this.#parts.bytes > 0) yield this.#parts.take()
    }
    this.#parts.add(chunk.subarray(at))
  }
}
