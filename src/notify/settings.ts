import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { errorChain } from '../lib/error-chain.ts'
import { parseSelector } from '../question/parse-selector.ts'
import { parseSecret } from './delivery/signature.ts'
import { EVENT_KINDS, type EventKind } from './event.ts'
import { FORMAT_NAMES, type FormatName } from './formats/index.ts'
import type { Selection } from './reconcile/input.ts'
import { NotifySettingsError } from './settings-error.ts'

const CONCURRENCY = 4
/** apps-watcher sent 10 a second to all targets together; this is for each. */
const RATE_PER_SECOND = 10

/** Hexadecimal digits of a fingerprint, and of those in the name of a target of NOTIFY. */
const FINGERPRINT_LENGTH = 16
const SHORT = 8

/** Headers that are the connection's, not the request's (RFC 9110, 7.6.1), and those that the body decides. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['content-length', 'expect', 'host'],
])

const STRICT = { additionalProperties: false }

const TARGET = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' }),
    url: Type.String({ maxLength: 4096 }),
    format: Type.Optional(Type.Enum([...FORMAT_NAMES])),
    /** Kinds of events; none: all. */
    kinds: Type.Optional(Type.Array(Type.Enum([...EVENT_KINDS]))),
    namespaces: Type.Optional(Type.Array(Type.String())),
    apps: Type.Optional(Type.Array(Type.String())),
    secrets: Type.Optional(Type.Array(Type.String(), { maxItems: 8 })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** PEM of the certificates to trust instead of the usual ones. */
    ca: Type.Optional(Type.String()),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    ratePerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 })),
  },
  STRICT,
)

/** The settings file of the notifier. */
export const NOTIFY_FILE = Type.Object(
  {
    apps: Type.Optional(
      Type.Object(
        { selector: Type.Optional(Type.String()), namespaces: Type.Optional(Type.Array(Type.String())) },
        STRICT,
      ),
    ),
    targets: Type.Array(TARGET, { maxItems: 100 }),
  },
  STRICT,
)

/** Where events go, and which. */
export interface Target {
  /** The only thing of it that is ever told. */
  readonly name: string
  /** Of its URL: another URL is another receiver, also under the same name. */
  readonly fingerprint: string
  /** Without user and password. */
  readonly url: URL
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly format: FormatName
  readonly kinds: readonly EventKind[]
  readonly namespaces: readonly string[]
  readonly apps: readonly string[]
  readonly keys: readonly Buffer[]
  readonly ca: string | null
  readonly concurrency: number
  readonly ratePerSecond: number
}

export interface NotifySettings {
  readonly selection: Selection
  readonly targets: readonly Target[]
}

/**
 * Reads NOTIFY (comma separated URLs, which get the legacy format) and the parsed settings file. Null when neither names
 * a target. Throws a NotifySettingsError.
 */
export function parseNotifySettings(variable: string | undefined, file: unknown): NotifySettings | null {
  const legacy = legacyTargets(variable ?? '')
  const document = file === undefined ? { targets: [] } : readFile(file)
  const targets = [...legacy, ...document.targets.map(parseTarget)]
  const twice = targets.find(({ name }, index) => targets.findIndex((other) => other.name === name) < index)
  if (twice !== undefined) throw new NotifySettingsError(`two targets are named ${twice.name}`)
  if (targets.length === 0) return null
  const { selector, namespaces = [] } = document.apps ?? {}
  return {
    selection: { namespaces, selector: selector === undefined ? [] : readSelector(selector) },
    targets,
  }
}

/**
 * Targets of a list of URLs. Their names do not depend on their order, so that what waits for one is still its own after
 * another was taken out of the list, and not on the token in the URL, which may be exchanged.
 */
function legacyTargets(list: string): Target[] {
  const targets: Target[] = []
  const urls = list.split(',').map((url) => url.trim())
  for (const [index, url] of urls.filter((url) => url !== '').entries()) {
    const { fingerprint, ...target } = parseTarget({ name: `${index + 1} of NOTIFY`, url, format: 'akkeris' })
    const same = targets.filter((other) => other.fingerprint === fingerprint).length
    const name = `notify-${fingerprint.slice(0, SHORT)}${same === 0 ? '' : `-${same + 1}`}`
    targets.push({ ...target, fingerprint, name })
  }
  return targets
}

function readFile(file: unknown): Static<typeof NOTIFY_FILE> {
  if (Value.Check(NOTIFY_FILE, file)) return file
  const [error] = Value.Errors(NOTIFY_FILE, file)
  // The path names what is wrong; values may be secrets.
  const where = error === undefined ? '' : ` at ${error.instancePath || '/'}: ${error.message}`
  throw new NotifySettingsError(`the settings file of the notifier is not valid${where}`)
}

function readSelector(text: string) {
  try {
    return parseSelector(text)
  } catch (cause) {
    throw new NotifySettingsError(`apps.selector: ${errorChain(cause)}`, {
      cause,
    })
  }
}

function parseTarget(given: Static<typeof TARGET>): Target {
  const { url, authorization } = readUrl(given.name, given.url)
  return {
    name: given.name,
    fingerprint: createHash('sha256').update(url.href).digest('hex').slice(0, FINGERPRINT_LENGTH),
    url,
    headers: checkedHeaders(given.name, { ...authorization, ...given.headers }),
    format: given.format ?? 'generic',
    kinds: given.kinds ?? [],
    namespaces: given.namespaces ?? [],
    apps: given.apps ?? [],
    keys: (given.secrets ?? []).map((secret) => decodeSecret(given.name, secret)),
    ca: given.ca ?? null,
    concurrency: given.concurrency ?? CONCURRENCY,
    ratePerSecond: given.ratePerSecond ?? RATE_PER_SECOND,
  }
}

/** What no request can carry is refused at the start, not at each attempt. Names are in lower case, as they are all compared. */
function checkedHeaders(target: string, headers: Record<string, string>): Record<string, string> {
  const checked = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    const refused = new NotifySettingsError(
      `target ${target}: its header ${JSON.stringify(name)} is not valid`,
    )
    if (HOP_BY_HOP.has(name.toLowerCase())) throw refused
    try {
      checked.set(name, value)
    } catch {
      // Its error is not kept as a cause: it may tell the value.
      throw refused
    }
  }
  return Object.fromEntries(checked)
}

function decodeSecret(name: string, secret: string): Buffer {
  try {
    return parseSecret(secret)
  } catch (cause) {
    throw new NotifySettingsError(`target ${name}: a secret is not valid`, { cause })
  }
}

/** A user without password is the whole Authorization header, as apps-watcher had it; with one it is Basic. */
function readUrl(name: string, text: string) {
  // The parser's error repeats the text, which may hold a token: it is not kept as a cause.
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw new NotifySettingsError(`target ${name}: its URL is not valid`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new NotifySettingsError(`target ${name}: its URL must be http or https`)
  const [user, password] = [decoded(name, url.username), decoded(name, url.password)]
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const authorization: Record<string, string> =
    user === '' ? {} : { authorization: password === '' ? user : basic }
  return { url: bare, authorization }
}

function decoded(name: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new NotifySettingsError(`target ${name}: its user or password is not percent-encoded`)
  }
}
