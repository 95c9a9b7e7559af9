/** Bytes or JSON that are not what the API promises. The message says where and what; it never quotes values. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
