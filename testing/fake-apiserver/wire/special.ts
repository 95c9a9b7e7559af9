import { isObject, type Json } from '../json.ts'
import type { PlainType } from '../schema/messages.ts'

const WHOLE_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** A time as the API server writes it, whole seconds in UTC; null when the text is not a time. */
export function canonicalTime(text: string): string | null {
  if (WHOLE_SECONDS.test(text)) return text
  const parsed = Date.parse(text)
  return Number.isNaN(parsed) ? null : secondsToTime(Math.floor(parsed / 1000))
}

export function secondsToTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}

/** A time of microseconds (MicroTime) split as a protobuf timestamp; null when the text is not a time. */
export function splitMicroTime(text: string): { readonly seconds: number; readonly nanos: number } | null {
  const parsed = Date.parse(text)
  if (Number.isNaN(parsed)) return null
  const digits = /\.(\d{1,9})/.exec(text)?.[1] ?? ''
  return { seconds: Math.floor(parsed / 1000), nanos: Number(digits.padEnd(9, '0').slice(0, 6)) * 1000 }
}

export function joinMicroTime(seconds: number, nanos: number): string {
  const micros = Math.floor(nanos / 1000)
  return `${secondsToTime(seconds).slice(0, 19)}.${String(micros).padStart(6, '0')}Z`
}

/** A value of a scalar or special type in the form that the API server gives it; undefined when it doesn't fit the type. */
export function canonicalPlain(type: PlainType, value: Json): Json | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'bytes':
      return typeof value === 'string' ? value : undefined
    case 'int32':
    case 'int64':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'Quantity':
      return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined
    case 'IntOrString':
      return typeof value === 'number' || typeof value === 'string' ? value : undefined
    case 'Time':
      return typeof value === 'string' ? (canonicalTime(value) ?? undefined) : undefined
    case 'MicroTime': {
      const split = typeof value === 'string' ? splitMicroTime(value) : null
      return split === null ? undefined : joinMicroTime(split.seconds, split.nanos)
    }
    case 'FieldsV1':
    case 'RawExtension':
      return isObject(value) ? value : undefined
  }
}

/** What a plain (non-pointer) field that is not set shows in JSON, where it is shown at all. */
export function zeroValue(type: PlainType): Json {
  switch (type) {
    case 'string':
      return ''
    case 'int32':
    case 'int64':
      return 0
    case 'bool':
      return false
    case 'Quantity':
      return '0'
    case 'IntOrString':
      return 0
    default:
      return null
  }
}
