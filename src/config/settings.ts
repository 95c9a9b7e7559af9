import { type Static, type StaticDecode, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { CUSTOM_RESOURCE_PATTERN, parseCustomResources } from '../kinds/custom-resource.ts'
import { DURATION_PATTERN, parseDuration } from '../lib/duration.ts'
import { kebab } from '../lib/text.ts'

/** Keywords of a setting's schema for people. `unit` and `expected` are our own: `expected` completes an error message. */
const WORDS = Type.Object({
  description: Type.String(),
  unit: Type.String(),
  expected: Type.String(),
  default: Type.Optional(
    Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
  ),
})

const TEXT = { unit: '', expected: 'a text' }

const optional = (description: string) => Type.Optional(Type.String({ description, ...TEXT }))

const integer = (initial: number, least: number, most: number, unit: string, description: string) =>
  Type.Integer({
    default: initial,
    minimum: least,
    maximum: most,
    unit,
    expected: `a whole number from ${least} to ${most}`,
    description,
  })

const flag = (initial: boolean, description: string) =>
  Type.Boolean({ default: initial, unit: 'true or false', expected: 'true or false', description })

/** Decodes to seconds. */
const duration = (initial: string, description: string) =>
  Type.Decode(
    Type.String({
      default: initial,
      pattern: DURATION_PATTERN,
      unit: 'duration, e.g. 30s or 5m; plain numbers are seconds',
      expected: 'a duration such as 30s',
      description,
    }),
    (value) => parseDuration(value) ?? Number.NaN,
  )

const namespaces = (description: string) =>
  Type.Array(Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' }), {
    default: [],
    unit: 'comma-separated',
    expected: 'a namespace name',
    description,
  })

/** Decodes to CustomResource objects. */
const customResources = (description: string) =>
  Type.Decode(
    Type.Array(Type.String({ pattern: CUSTOM_RESOURCE_PATTERN }), {
      default: [],
      unit: 'comma-separated GROUP/VERSION/KIND, or GROUP/VERSION/KIND=PLURAL',
      expected: 'GROUP/VERSION/KIND, such as apps.kruise.io/v1alpha1/CloneSet',
      description,
    }),
    (texts) => parseCustomResources(texts),
  )

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const logLevel = (initial: LogLevel, description: string) => {
  const levels = LOG_LEVELS.join(', ')
  return Type.Enum([...LOG_LEVELS], {
    default: initial,
    unit: levels,
    expected: `one of ${levels}`,
    description,
  })
}

/** Every setting of `lynceus serve`. The flag is the kebab-case, the variable the upper-case form with LYNCEUS_. */
export const SETTINGS = {
  host: optional(
    'Address to listen on. Default: all, of IPv6 and IPv4 (::), or of IPv4 (0.0.0.0) where there is no IPv6.',
  ),
  port: integer(8080, 0, 65_535, '', 'Port to listen on; 0 picks a free one.'),
  namespaces: namespaces('Namespaces to watch; empty for all. The service reads no others.'),
  customResources: customResources(
    'Custom resources to watch and answer about, besides Argo Rollouts (docs/custom-resources.md).',
  ),
  kubeconfig: optional(
    'Kubeconfig file. Default: the one that kubectl would use, then the service account of the pod.',
  ),
  context: optional('Context of the kubeconfig. Default: its current context.'),
  policyFile: optional(
    'YAML or JSON file with thresholds of rules that override the default policy; docs/thresholds.md lists every key.',
  ),
  clusterName: optional(
    'Name of this cluster, for answers with detail=full, /gate and notifications, where several clusters have a Lynceus each.',
  ),
  staleAfter: duration('30s', 'Maximum age of the cache; with older data, questions are answered with 503.'),
  maxHeld: integer(
    24,
    0,
    10_000,
    'answers',
    'Maximum number of requests that wait= keeps open; beyond it, the oldest is answered.',
  ),
  maxWaiting: integer(
    2000,
    0,
    100_000,
    'clients',
    'Maximum number of clients that wait at /gate; further ones get 503.',
  ),
  maxSeries: integer(
    10_000,
    0,
    1_000_000,
    'workloads',
    'Maximum number of workloads with their own series in /metrics.',
  ),
  logs: flag(
    false,
    'Read the last lines of failing containers for answers with detail=full. They may hold secrets; needs get on pods/log.',
  ),
  shutdownDelay: duration('3s', 'How long /readyz fails before the listener closes on SIGTERM.'),
  logLevel: logLevel('info', 'Log level; debug logs one line per request.'),
  notifyFile: optional(
    'YAML file with the targets of notifications (docs/notifications.md); NOTIFY names more.',
  ),
  notifyNamespace: optional(
    "Namespace of the notifier's Lease and ConfigMaps. Default: that of the service account or of the context.",
  ),
  notifyAllowLoopback: flag(false, 'Allow targets of notifications on loopback addresses.'),
}

export const SettingsSchema = Type.Object(SETTINGS)

/** The settings of a running service. */
export type Config = Readonly<StaticDecode<typeof SettingsSchema>>

/** A setting as the help, the documents and the chart describe it. */
export interface SettingRow extends Omit<Static<typeof WORDS>, 'default'> {
  readonly name: string
  readonly flag: string
  readonly variable: string
  readonly schema: TSchema
  /** As written in a flag or a variable; empty when there is none. */
  readonly default: string
}

export function describeSettings(): SettingRow[] {
  return Object.entries(SETTINGS).map(([name, schema]) => {
    const { description, unit, expected, default: initial = '' } = Value.Parse(WORDS, schema)
    const names = { name, flag: flagName(name), variable: variableName(name) }
    return { ...names, schema, description, unit, expected, default: String(initial) }
  })
}

export function flagName(name: string): string {
  return `--${kebab(name)}`
}

export function variableName(name: string): string {
  return `LYNCEUS_${kebab(name).replaceAll('-', '_').toUpperCase()}`
}
