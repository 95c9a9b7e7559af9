import { Type } from '@fastify/type-provider-typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'

/** Part of a JSON schema, as written after @schema. */
export type SchemaPart = Readonly<Record<string, unknown>>

/** A key of values.yaml with its comment. */
export interface DocumentedKey {
  readonly path: readonly string[]
  readonly description: string
  /** What follows @schema; `settings` stands for the settings of the program; null when there is no such line. */
  readonly schema: SchemaPart | 'settings' | null
  readonly default: unknown
  /** Has keys of its own that are documented too. */
  readonly isGroup: boolean
}

const KEY = /^( *)([A-Za-z]\w*):/
const COMMENT = /^ *# ?(.*)$/
const SCHEMA = /^@schema (.*)$/

const SchemaPartSchema = Type.Record(Type.String(), Type.Unknown())

interface Found {
  readonly path: readonly string[]
  readonly comment: readonly string[]
  readonly indent: number
}

/**
 * Every key of values.yaml in order, less those below a key whose schema says that it is a free object. Throws an Error
 * that names a key without a comment, unless it is a group.
 */
export function documentedKeys(yaml: string): DocumentedKey[] {
  const values: unknown = parse(yaml)
  const free: string[] = []
  const keys: DocumentedKey[] = []
  for (const { path, comment } of scan(yaml)) {
    const name = path.join('.')
    if (free.some((outer) => name.startsWith(`${outer}.`))) continue
    const key = documented(path, comment, valueAt(values, path))
    if (!key.isGroup) free.push(name)
    if (!key.isGroup && key.description === '') throw new Error(`values.yaml: ${name} has no comment`)
    keys.push(key)
  }
  return keys
}

/** Keys with the comment right above them; a blank line ends a comment. */
function scan(yaml: string): Found[] {
  const found: Found[] = []
  let comment: string[] = []
  for (const line of yaml.split('\n')) {
    const [, text] = COMMENT.exec(line) ?? []
    const [, spaces, name] = KEY.exec(line) ?? []
    if (text !== undefined) comment.push(text)
    else if (spaces !== undefined && name !== undefined) {
      const outer = found.findLast(({ indent }) => indent < spaces.length)
      found.push({ path: [...(outer?.path ?? []), name], comment, indent: spaces.length })
    }
    if (text === undefined) comment = []
  }
  return found
}

function documented(path: readonly string[], comment: readonly string[], value: unknown): DocumentedKey {
  const written = comment.map((line) => SCHEMA.exec(line)?.[1]).find((text) => text !== undefined)
  const schema = written === undefined ? null : schemaPart(path, written)
  const isFree = schema === 'settings' || [schema?.type].flat().includes('object')
  return {
    path,
    description: comment.filter((line) => !SCHEMA.test(line)).join(' '),
    schema,
    default: value,
    isGroup: isMap(value) && !isFree,
  }
}

function schemaPart(path: readonly string[], written: string): SchemaPart | 'settings' {
  if (written === 'settings') return written
  try {
    return Value.Parse(SchemaPartSchema, JSON.parse(written))
  } catch (cause) {
    throw new Error(`values.yaml: the @schema of ${path.join('.')} is no JSON object`, { cause })
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), values)
}
