import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { DURATION_PATTERN, parseDuration } from './lib/duration.ts'
import { errorChain } from './lib/error-chain.ts'

/** A setting's value cannot be used; the message names the setting and where it came from. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Of a setting as a value of YAML: what `read` takes, as far as a JSON schema can say it. */
type ValueSchema =
  | { readonly enum: readonly (string | boolean)[] }
  | {
      readonly type: readonly ('string' | 'integer' | 'number')[]
      readonly pattern?: string
      readonly minimum?: number
      readonly maximum?: number
    }

interface Setting<T> {
  readonly description: string
  /** As written in a flag or a variable; undefined when it need not be set. */
  readonly default: string | undefined
  readonly unit: string
  readonly schema: ValueSchema
  /** Reads the text; throws an Error that says what was expected. */
  readonly read: (text: string) => T
}

function setting<T>(
  unit: string,
  initial: string,
  description: string,
  schema: ValueSchema,
  read: (text: string) => T,
): Setting<T> {
  return { description, default: initial, unit, schema, read }
}

const TEXT: ValueSchema = { type: ['string'] }

const text = (initial: string, description: string) =>
  setting('', initial, description, TEXT, (value) => value)

function optional(description: string): Setting<string | undefined> {
  return { description, default: undefined, unit: '', schema: TEXT, read: (value) => value }
}

function integer(
  initial: number,
  least: number,
  most: number,
  unit: string,
  description: string,
): Setting<number> {
  const schema = { type: ['integer', 'string'], minimum: least, maximum: most, pattern: '^[0-9]+$' } as const
  return setting(unit, String(initial), description, schema, (value) => {
    const number = Number(value)
    if (value.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number
    throw new Error(`a whole number from ${least} to ${most} was expected`)
  })
}

function flag(initial: 'true' | 'false', description: string): Setting<boolean> {
  const schema = { enum: [true, false, 'true', 'false'] }
  return setting('true or false', initial, description, schema, (value) => {
    if (value === 'true' || value === 'false') return value === 'true'
    throw new Error('true or false was expected')
  })
}

function duration(initial: string, description: string): Setting<number> {
  const unit = 'duration, e.g. 30s or 5m; plain numbers are seconds'
  const schema = { type: ['number', 'string'], minimum: 0, pattern: DURATION_PATTERN } as const
  return setting(unit, initial, description, schema, (value) => {
    const seconds = parseDuration(value)
    if (seconds === undefined) throw new Error('a duration such as 30s was expected')
    return seconds
  })
}

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

function namespaces(description: string): Setting<readonly string[]> {
  return setting('comma-separated', '', description, TEXT, (value) => {
    const names = value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
    const bad = names.find((name) => !NAMESPACE.test(name))
    if (bad !== undefined) throw new Error(`"${bad}" is not a namespace name`)
    return [...new Set(names)]
  })
}

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

function logLevel(initial: LogLevel, description: string): Setting<LogLevel> {
  return setting(LOG_LEVELS.join(', '), initial, description, { enum: LOG_LEVELS }, (value) => {
    const level = LOG_LEVELS.find((known) => known === value)
    if (level === undefined) throw new Error(`one of ${LOG_LEVELS.join(', ')} was expected`)
    return level
  })
}

/** Every setting of `lynceus serve`. The flag is the kebab-case, the variable the upper-case form with LYNCEUS_. */
export const SETTINGS = {
  host: text('0.0.0.0', 'Address to listen on.'),
  port: integer(8080, 0, 65_535, '', 'Port to listen on; 0 takes a free one.'),
  namespaces: namespaces('Namespaces to watch; empty for all. Confines the service to them.'),
  kubeconfig: optional('Kubeconfig file; else as kubectl finds it, else the service account of the pod.'),
  context: optional('Context of the kubeconfig; else its current one.'),
  policyFile: optional(
    'YAML or JSON file with thresholds of rules, laid over the default policy; docs/thresholds.md has every key.',
  ),
  staleAfter: duration('30s', 'How old the cache may be before questions are answered with 503.'),
  maxHeld: integer(
    24,
    0,
    10_000,
    'answers',
    'Answers held at once by wait=; beyond it the oldest is let go.',
  ),
  maxWaiting: integer(2000, 0, 100_000, 'clients', 'Clients that wait at /gate at once; more are told 503.'),
  maxSeries: integer(10_000, 0, 1_000_000, 'workloads', 'Workloads with series of their own in /metrics.'),
  shutdownDelay: duration('3s', 'How long /readyz fails before the listener closes on SIGTERM.'),
  logLevel: logLevel('info', 'How much is logged; one line a request at debug.'),
  notifyFile: optional(
    'YAML file with the targets of notifications (docs/notifications.md); NOTIFY names more.',
  ),
  notifyNamespace: optional(
    "Namespace of the notifier's Lease and ConfigMaps; else that of the service account or of the context.",
  ),
  notifyAllowLoopback: flag('false', 'Let targets of notifications be on loopback.'),
} satisfies Record<string, Setting<unknown>>

type Settings = typeof SETTINGS

/** The settings of a running service. */
export type Config = { readonly [K in keyof Settings]: ReturnType<Settings[K]['read']> }

/** Where settings come from: flags before variables before the file. */
export interface ConfigSources {
  /** By setting name. */
  readonly flags: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** A YAML or JSON file with setting names as keys. */
  readonly file?: string | undefined
}

/**
 * Kubernetes tells every pod of the Services of its namespace by variables: one named lynceus gives LYNCEUS_PORT the value
 * tcp://10.0.0.7:80, which nobody meant as a setting.
 */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//

function fromVariable(value: string | undefined): string | undefined {
  return value !== undefined && SERVICE_LINK.test(value) ? undefined : value
}

export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function variableOf(name: string): string {
  return `LYNCEUS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Reads all settings. Throws a ConfigError that names what is wrong. */
export function loadConfig({ flags, env, file }: ConfigSources): Config {
  const fromFile = file === undefined ? {} : readFile(file)
  const value = <T>(name: string, { read, default: initial }: Setting<T>): T => {
    const sources: readonly [string, string | undefined][] = [
      [flagOf(name), flags[name]],
      [variableOf(name), fromVariable(env[variableOf(name)])],
      [`${name} in ${file}`, fromFile[name]],
      ['default', initial],
    ]
    const [source, given] = sources.find(([, candidate]) => candidate !== undefined) ?? ['default', undefined]
    // A setting without default and value reads as undefined by its own type.
    if (given === undefined) return undefined as T
    try {
      return read(given)
    } catch (cause) {
      throw new ConfigError(`${source}: "${given}": ${errorChain(cause)}`, { cause })
    }
  }
  return Object.freeze({
    host: value('host', SETTINGS.host),
    port: value('port', SETTINGS.port),
    namespaces: value('namespaces', SETTINGS.namespaces),
    kubeconfig: value('kubeconfig', SETTINGS.kubeconfig),
    context: value('context', SETTINGS.context),
    policyFile: value('policyFile', SETTINGS.policyFile),
    staleAfter: value('staleAfter', SETTINGS.staleAfter),
    maxHeld: value('maxHeld', SETTINGS.maxHeld),
    maxWaiting: value('maxWaiting', SETTINGS.maxWaiting),
    maxSeries: value('maxSeries', SETTINGS.maxSeries),
    shutdownDelay: value('shutdownDelay', SETTINGS.shutdownDelay),
    logLevel: value('logLevel', SETTINGS.logLevel),
    notifyFile: value('notifyFile', SETTINGS.notifyFile),
    notifyNamespace: value('notifyNamespace', SETTINGS.notifyNamespace),
    notifyAllowLoopback: value('notifyAllowLoopback', SETTINGS.notifyAllowLoopback),
  })
}

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
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join() : String(value),
    ]),
  )
}
