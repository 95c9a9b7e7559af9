/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | JsonObject

/** A JSON object; a Kubernetes object in its JSON form is one. */
export interface JsonObject {
  [key: string]: Json | undefined
}

/** Whether a value is a JSON object (and neither null nor a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a key, or an empty one. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key]
  return isObject(value) ? value : {}
}

/** The string at a key, or ''. */
export function stringAt(parent: JsonObject, key: string): string {
  const value = parent[key]
  return typeof value === 'string' ? value : ''
}

/** The number at a key, or 0. */
export function numberAt(parent: JsonObject, key: string): number {
  const value = parent[key]
  return typeof value === 'number' ? value : 0
}

/** Parses a JSON object. Throws a SyntaxError when the text is not JSON, a TypeError when it is no object. */
export function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new TypeError('not a JSON object')
  return value
}
