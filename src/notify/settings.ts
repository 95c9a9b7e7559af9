import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { errorChain } from '../lib/error-chain.ts'
import { parseSelector } from '../question/parse-selector.ts'
import { parseSecret } from './delivery/signature.ts'
import { EVENT_KINDS } from './event.ts'
import { FORMAT_NAMES } from './formats/index.ts'
import type { Selection } from './reconcile/input.ts'
import { NotifySettingsError } from './settings-error.ts'

/** Hexadecimal digits of a fingerprint, and of those in the name of a target of NOTIFY. */
const FINGERPRINT_LENGTH = 16
const NAME_LENGTH = 8

/** Headers that belong to the connection (RFC 9110, 7.6.1), and those that follow from the body. */
const REFUSED_HEADERS: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['content-length', 'expect', 'host'],
])

const STRICT = { additionalProperties: false }

const NAMES = Type.Immutable(Type.Array(Type.String()))

const TARGET = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' }),
    url: Type.String({ maxLength: 4096 }),
    format: Type.Optional(Type.Enum([...FORMAT_NAMES])),
    /** Kinds of events; none: all. */
    kinds: Type.Optional(Type.Immutable(Type.Array(Type.Enum([...EVENT_KINDS])))),
    namespaces: Type.Optional(NAMES),
    apps: Type.Optional(NAMES),
    secrets: Type.Optional(Type.Array(Type.String(), { maxItems: 8 })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** PEM of the certificates to trust instead of the usual ones. */
    ca: Type.Optional(Type.String()),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    ratePerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 })),
  },
  STRICT,
)

const DEFAULTS = {
  format: 'generic',
  kinds: [],
  namespaces: [],
  apps: [],
  ca: null,
  concurrency: 4,
  /** apps-watcher sent 10 a second to all targets together; this is for each. */
  ratePerSecond: 10,
} as const

/** The settings file of the notifier. */
const NOTIFY_FILE = Type.Object(
  {
    apps: Type.Optional(
      Type.Object({ selector: Type.Optional(Type.String()), namespaces: Type.Optional(NAMES) }, STRICT),
    ),
    targets: Type.Array(TARGET, { maxItems: 100 }),
  },
  STRICT,
)

type TargetOptions = Required<Omit<Static<typeof TARGET>, 'url' | 'secrets' | 'headers' | 'ca'>>

/** Where events are sent, and which. Only its name may appear in logs, answers and metrics. */
export interface Target extends Readonly<TargetOptions> {
  /** Identifies the URL: with another URL, a target of the same name is another receiver. */
  readonly fingerprint: string
  /** Without user and password. */
  readonly url: URL
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Keys of the signatures. */
  readonly keys: readonly Buffer[]
  readonly ca: string | null
}

export interface NotifySettings {
  readonly selection: Selection
  readonly targets: readonly Target[]
}

/**
 * Reads NOTIFY (comma-separated URLs, whose targets get the legacy format) and the parsed settings file. Null when neither
 * names a target. Throws a NotifySettingsError.
 */
export function parseNotifySettings(variable: string | undefined, file: unknown): NotifySettings | null {
  const legacy = parseUrls(variable ?? '')
  const document = file === undefined ? { targets: [] } : parseFile(file)
  const targets = [...legacy, ...document.targets.map(parseTarget)]
  const names = targets.map(({ name }) => name)
  const repeated = names.find((name, index) => names.indexOf(name) < index)
  if (repeated !== undefined) throw new NotifySettingsError(`two targets are named ${repeated}`)
  if (targets.length === 0) return null
  const { selector, namespaces = [] } = document.apps ?? {}
  return {
    selection: { namespaces, selector: selector === undefined ? [] : parseAppSelector(selector) },
    targets,
  }
}

/**
 * The targets of NOTIFY. Their names depend neither on the order of the URLs nor on the token in a URL: events in the outbox
 * keep their target when another URL is removed, or a token is replaced.
 */
function parseUrls(list: string): Target[] {
  const targets: Target[] = []
  const urls = list.split(',').map((url) => url.trim())
  for (const [index, url] of urls.filter((url) => url !== '').entries()) {
    const target = parseTarget({ name: `${index + 1} of NOTIFY`, url, format: 'akkeris' })
    const same = targets.filter(({ fingerprint }) => fingerprint === target.fingerprint).length
    const suffix = same === 0 ? '' : `-${same + 1}`
    targets.push({ ...target, name: `notify-${target.fingerprint.slice(0, NAME_LENGTH)}${suffix}` })
  }
  return targets
}

function parseFile(file: unknown): Static<typeof NOTIFY_FILE> {
  if (Value.Check(NOTIFY_FILE, file)) return file
  const [error] = Value.Errors(NOTIFY_FILE, file)
  // Only the path and the rule: values may be secrets.
  const where = error === undefined ? '' : ` at ${error.instancePath || '/'}: ${error.message}`
  throw new NotifySettingsError(`the settings file of the notifier is not valid${where}`)
}

function parseAppSelector(text: string) {
  try {
    return parseSelector(text)
  } catch (cause) {
    throw new NotifySettingsError(`apps.selector: ${errorChain(cause)}`, { cause })
  }
}

function parseTarget({ secrets = [], ...given }: Static<typeof TARGET>): Target {
  const { url, authorization } = parseUrl(given.name, given.url)
  return {
    ...DEFAULTS,
    ...given,
    fingerprint: createHash('sha256').update(url.href).digest('hex').slice(0, FINGERPRINT_LENGTH),
    url,
    headers: parseHeaders(given.name, { ...authorization, ...given.headers }),
    keys: secrets.map((secret) => parseKey(given.name, secret)),
  }
}

/** Refuses at the start what no request can carry. Converts names to lower case, as they are compared. */
function parseHeaders(target: string, headers: Record<string, string>): Record<string, string> {
  const parsed = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    const refusal = new NotifySettingsError(
      `target ${target}: its header ${JSON.stringify(name)} is not valid`,
    )
    if (REFUSED_HEADERS.has(name.toLowerCase())) throw refusal
    try {
      parsed.set(name, value)
    } catch {
      // Without the cause: its message may contain the value.
      throw refusal
    }
  }
  return Object.fromEntries(parsed)
}

function parseKey(name: string, secret: string): Buffer {
  try {
    return parseSecret(secret)
  } catch (cause) {
    throw new NotifySettingsError(`target ${name}: a secret is not valid`, { cause })
  }
}

/** A user without a password is the whole Authorization header, as in apps-watcher; with one it is Basic authentication. */
function parseUrl(name: string, text: string) {
  // Without the error of the parser: it quotes the text, which may contain a token.
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw new NotifySettingsError(`target ${name}: its URL is not valid`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new NotifySettingsError(`target ${name}: its URL must be http or https`)
  const [user, password] = [decode(name, url.username), decode(name, url.password)]
  url.username = ''
  url.password = ''
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const authorization: Record<string, string> =
    user === '' ? {} : { authorization: password === '' ? user : basic }
  return { url, authorization }
}

function decode(name: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new NotifySettingsError(`target ${name}: its user or password is not percent-encoded`)
  }
}
