import { type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { describeSettings } from '../../src/config/settings.ts'
import type { DocumentedKey, SchemaPart } from './documented.ts'

/** Settings that the chart decides by other means: the container's port, the cluster it runs in, `namespaces`, `customResources`. */
const NOT_BY_CONFIG = new Set(['port', 'kubeconfig', 'context', 'namespaces', 'customResources'])

/** A setting of `lynceus serve` that may stand below `config`. */
export interface ChartSetting {
  readonly name: string
  readonly description: string
  readonly default: string
  readonly schema: SchemaPart
}

/** The settings of the program that may stand below `config`. */
export function chartSettings(): ChartSetting[] {
  return describeSettings()
    .filter(({ name }) => !NOT_BY_CONFIG.has(name))
    .map(({ name, description, unit, default: initial, schema }) => ({
      name,
      schema: asWritten(schema),
      description: unit === '' ? description : `${description} [${unit}]`,
      default: initial,
    }))
}

/** What limits a value, where its schema does. */
const LIMITS = Type.Object({
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  pattern: Type.Optional(Type.String()),
})

/**
 * What may stand in values.yaml for a setting: the value or, as `helm --set-string` gives it, its text. Null, as
 * `helm --set name=null` gives it, leaves the setting to the program.
 */
function asWritten(schema: TSchema): SchemaPart {
  const { minimum, maximum, pattern } = Value.Parse(LIMITS, schema)
  if (Type.IsInteger(schema))
    return { type: ['integer', 'string', 'null'], minimum, maximum, pattern: '^[0-9]+$' }
  if (Type.IsBoolean(schema)) return { enum: [true, false, 'true', 'false', null] }
  if (Type.IsEnum(schema)) return { enum: [...schema.enum, null] }
  // Of the texts only durations have a pattern, and plain numbers are seconds.
  if (pattern !== undefined) return { type: ['number', 'string', 'null'], minimum: 0, pattern }
  return { type: ['string', 'null'] }
}

/**
 * JSON schema of the values, draft 7 as helm reads it. Unknown keys are errors; so are keys that are missing (helm takes
 * one that is set to null away) where the templates cannot do without.
 */
export function valuesSchema(keys: readonly DocumentedKey[]): SchemaPart {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart lynceus',
    ...group(keys, []),
  }
}

function group(keys: readonly DocumentedKey[], path: readonly string[]): SchemaPart {
  const properties = keys
    .filter((key) => key.path.slice(0, -1).join('.') === path.join('.'))
    .map((key) => [key.path.at(-1) ?? '', orNull(property(keys, key))] as const)
  const required = properties.filter(([, schema]) => !allowsNull(schema)).map(([name]) => name)
  // helm hands `global` to every chart.
  const all = path.length === 0 ? [...properties, ['global', { type: 'object' }] as const] : properties
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(all) }
}

function property(keys: readonly DocumentedKey[], key: DocumentedKey): SchemaPart {
  const description = key.description === '' ? {} : { description: key.description }
  if (key.isGroup) return { ...description, ...group(keys, key.path) }
  if (key.schema === 'settings') return { ...description, ...settingsSchema() }
  const type = key.schema !== null && 'enum' in key.schema ? {} : inferType(key)
  return { ...description, ...type, ...key.schema, default: key.default }
}

/** The schema of a key with null where its default is empty, as both say the same. */
function orNull(schema: SchemaPart): SchemaPart {
  return isEmpty(schema.default) && typeof schema.type === 'string'
    ? { ...schema, type: [schema.type, 'null'] }
    : schema
}

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}

function allowsNull({ type, enum: values }: SchemaPart): boolean {
  return [type, values].some(
    (allowed) => Array.isArray(allowed) && (allowed.includes('null') || allowed.includes(null)),
  )
}

function settingsSchema(): SchemaPart {
  const properties = chartSettings().map(({ name, description, schema }) => [
    name,
    { description, ...schema },
  ])
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    default: {},
  }
}

function inferType({ path, default: value }: DocumentedKey): SchemaPart {
  if (Array.isArray(value)) return { type: 'array' }
  switch (typeof value) {
    case 'string':
      return { type: 'string' }
    case 'boolean':
      return { type: 'boolean' }
    case 'number':
      return { type: Number.isInteger(value) ? 'integer' : 'number' }
    case 'object':
      return { type: 'object' }
    default:
      throw new Error(`values.yaml: ${path.join('.')} has no default`)
  }
}
