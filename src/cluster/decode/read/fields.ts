import { DecodeError } from '../decode-error.ts'
import type { InterningReader } from '../interning-reader.ts'

/** A record while it is read. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** Tag of a length-delimited field (strings, messages). */
export function lengthDelimited(field: number): number {
  return (field << 3) | 2
}

/** Tag of a field that is a number or a bool. */
export function varint(field: number): number {
  return field << 3
}

/** Reads a nested message's length; returns where it ends. Throws when that is behind the end of what encloses it. */
export function endOf(reader: InterningReader, enclosing: number): number {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > enclosing) throw new DecodeError('a message that ends behind the one that it is in')
  return end
}

const TIME_SECONDS = varint(1)

/** Reads a metav1.Time, seconds since the epoch. */
export function readTime(reader: InterningReader, enclosing: number): number {
  const end = endOf(reader, enclosing)
  let seconds = 0
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === TIME_SECONDS) seconds = reader.uint32()
    else reader.skipType(tag & 7)
  }
  return seconds
}
