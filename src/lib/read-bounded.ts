/** A body is larger than its reader allows. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'

  constructor(maxBytes: number) {
    super(`an answer of more than ${maxBytes} bytes`)
  }
}

/**
 * Reads a whole body of at most `maxBytes`. Throws what `tooLarge` makes when there is more; the rest is not read, and the
 * stream is destroyed.
 */
export async function readBounded(
  body: AsyncIterable<unknown>,
  maxBytes: number,
  tooLarge: (maxBytes: number) => Error = (bytes) => new BodyTooLargeError(bytes),
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    const chunk = asBytes(part)
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

/** Reads the first `maxBytes` of a body; the rest is not read, and the stream is destroyed. */
export async function readStart(body: AsyncIterable<unknown>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let left = maxBytes
  for await (const part of body) {
    const chunk = asBytes(part).subarray(0, left)
    chunks.push(chunk)
    left -= chunk.length
    if (left <= 0) break
  }
  return Buffer.concat(chunks, maxBytes - left)
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  throw new TypeError('a body must give bytes')
}
