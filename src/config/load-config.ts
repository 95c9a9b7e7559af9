import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { CustomResourceError } from '../kinds/custom-resource.ts'
import { parseText } from '../question/parameters.ts'
import { ConfigError } from './config-error.ts'
import {
  type Config,
  describeSettings,
  flagName,
  SETTINGS,
  type SettingRow,
  SettingsSchema,
} from './settings.ts'

/** Where settings come from. A flag wins over a variable, a variable over the file. */
export interface ConfigSources {
  /** By setting name. */
  readonly flags: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** A YAML or JSON file with setting names as keys; empty: none. */
  readonly file?: string | undefined
}

/** Templates and pipelines that leave a setting out often give it an empty text all the same. */
function orUnset(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text
}

/** Reads all settings; an empty one counts as unset. Throws a ConfigError that names what is wrong. */
export function loadConfig({ flags, env, file }: ConfigSources): Config {
  const fromFile = file === undefined || file === '' ? {} : readFile(file)
  const given: Record<string, unknown> = {}
  for (const row of describeSettings()) {
    const { name, flag, variable } = row
    const sources: readonly [string, string | undefined][] = [
      [flag, orUnset(flags[name])],
      [variable, orUnset(fromVariable(env[variable]))],
      [`${name} in ${file}`, orUnset(fromFile[name])],
    ]
    const [source, text] = sources.find(([, candidate]) => candidate !== undefined) ?? []
    if (source !== undefined && text !== undefined) given[name] = readSetting(row, source, text)
  }
  return Object.freeze(decode(given))
}

/** Finds errors that no single value shows, such as two custom resources of the same name. */
function decode(given: Readonly<Record<string, unknown>>): Config {
  try {
    return Value.Decode(SettingsSchema, Value.Default(SettingsSchema, given))
  } catch (cause) {
    if (!(cause instanceof CustomResourceError)) throw cause
    throw new ConfigError(`${flagName('customResources')}: ${cause.message}`, { cause })
  }
}

/**
 * Kubernetes sets variables in every pod for the Services of its namespace: a Service named lynceus sets LYNCEUS_PORT to
 * tcp://10.0.0.7:80, which is not meant as a setting.
 */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//

function fromVariable(value: string | undefined): string | undefined {
  return value !== undefined && SERVICE_LINK.test(value) ? undefined : value
}

/** Parses a text to the type of its setting's schema, before decoding. */
function readSetting({ schema, expected }: SettingRow, source: string, text: string): unknown {
  const value = Type.IsArray(schema) ? parseList(text) : parseText(schema, text)
  const [problem] = Value.Errors(schema, value)
  if (problem === undefined) return value
  const [, index] = problem.instancePath.split('/')
  const why =
    Array.isArray(value) && index !== undefined
      ? `"${value[Number(index)]}" is not ${expected}`
      : `${expected} was expected`
  throw new ConfigError(`${source}: "${text}": ${why}`)
}

function parseList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  return [...new Set(items.filter((item) => item !== ''))]
}

const Document = Type.Record(
  Type.String(),
  Type.Union([
    Type.String(),
    Type.Number(),
    Type.Boolean(),
    Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    Type.Null(),
  ]),
)

/** Reads the settings of a file as texts, as they would be written in variables. */
function readFile(path: string): Readonly<Record<string, string | undefined>> {
  let document: unknown
  try {
    document = parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new ConfigError(`cannot read the settings file ${path}`, { cause })
  }
  if (document === null || document === undefined) return {}
  if (typeof document !== 'object' || Array.isArray(document))
    throw new ConfigError(`${path}: an object of settings was expected`)
  const unknown = Object.keys(document).find((name) => !Object.hasOwn(SETTINGS, name))
  if (unknown !== undefined) {
    throw new ConfigError(
      `${path}: unknown setting "${unknown}"; known are ${Object.keys(SETTINGS).join(', ')}`,
    )
  }
  if (!Value.Check(Document, document)) {
    const [problem] = Value.Errors(Document, document)
    const [, name] = problem?.instancePath.split('/') ?? []
    throw new ConfigError(`${name} in ${path}: a text, a number, true, false or a list was expected`)
  }
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, String(value ?? '')]))
}
