import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { Backoff } from '../../lib/backoff.ts'
import { errorName } from '../../lib/error-chain.ts'
import { readBounded } from '../../lib/read-bounded.ts'
import type { Seconds } from '../../model/meta.ts'
import { bareAccess, type ClusterAccess } from './cluster-access.ts'
import type { CredentialRenewal } from './credential-renewal.ts'
import { VaultError } from './errors.ts'
import type { Environment } from './kubeconfig.ts'

/** For one request, from connecting to the end of the body, ms. */
const TIMEOUT_MS = 10_000
/** A secret is some hundred bytes; one with other fields beside may be larger. */
const MAX_ANSWER_BYTES = 256 * 1024
/** How long a token is used before it is read again, as tokens rotate; as long as client-node keeps that of a file, seconds. */
const TOKEN_KEPT = 60
/** After a failure, while the last token is in use, seconds: at the end as often as without a failure. */
const BACKOFF = { base: 10, cap: TOKEN_KEPT }

/** Where the API server's token lies in Vault. */
export interface VaultSettings {
  /** VAULT_ADDR. */
  readonly address: string
  /** VAULT_TOKEN. */
  readonly token: string
  /** VAULT_NAMESPACE: of Vault itself, where it has some. */
  readonly namespace: string | null
  /** KUBERNETES_TOKEN_SECRET: path of a secret with the field `token`, with or without the `data/` of KV version 2. */
  readonly secret: string
  /** KUBERNETES_API_SERVER. */
  readonly apiServer: string
}

/** The settings, or null unless all variables are there. */
export function vaultSettings(env: Environment): VaultSettings | null {
  const { VAULT_ADDR, VAULT_TOKEN, KUBERNETES_TOKEN_SECRET, KUBERNETES_API_SERVER } = env
  if (!VAULT_ADDR || !VAULT_TOKEN || !KUBERNETES_TOKEN_SECRET || !KUBERNETES_API_SERVER) return null
  return {
    address: VAULT_ADDR,
    token: VAULT_TOKEN,
    namespace: env.VAULT_NAMESPACE || null,
    secret: KUBERNETES_TOKEN_SECRET,
    apiServer: KUBERNETES_API_SERVER,
  }
}

/** What reading a token again and again needs. */
export interface VaultSurroundings {
  readonly env: Environment
  readonly now: () => Seconds
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly renewal: CredentialRenewal
}

/** Access to the API server that the settings name, with the token that Vault keeps. Throws a VaultError. */
export function vaultAccess(settings: VaultSettings, surroundings: VaultSurroundings): ClusterAccess {
  const tokens = new VaultTokens(settings, surroundings)
  const current = async () => ({ authorization: `Bearer ${await tokens.token()}` })
  return bareAccess(
    httpUrl('KUBERNETES_API_SERVER', settings.apiServer).href,
    { current, renew: current },
    surroundings.env,
  )
}

/** The API server's token. One that was read is used on while Vault does not answer. */
class VaultTokens {
  readonly #settings: VaultSettings
  readonly #now: () => Seconds
  readonly #renewal: CredentialRenewal
  readonly #backoff: Backoff
  #token = ''
  #dueAt: Seconds = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null

  constructor(settings: VaultSettings, { now, random, renewal }: VaultSurroundings) {
    this.#settings = settings
    this.#now = now
    this.#renewal = renewal
    this.#backoff = new Backoff(BACKOFF, random)
  }

  /** Throws a VaultError while none was ever read. */
  async token(): Promise<string> {
    if (this.#now() < this.#dueAt) return this.#token
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    // While Vault fails, no request waits for it: the last token may well be valid.
    if (this.#token === '' || this.#renewal.problem === null) await this.#reading
    return this.#token
  }

  /** Rejects only while there is no token. */
  async #read(): Promise<void> {
    try {
      this.#token = await readToken(this.#settings)
      this.#renewal.succeeded()
      this.#backoff.reset()
      this.#dueAt = this.#now() + TOKEN_KEPT
    } catch (error) {
      // Only the message of a VaultError is known to hold nothing secret.
      this.#renewal.failed(error instanceof VaultError ? error.message : errorName(error))
      if (this.#token === '') throw error
      this.#dueAt = this.#now() + this.#backoff.next()
    }
  }
}

/** Version 1 has the fields in `data`, version 2 in `data.data`. */
const FIELD = Type.Object({ token: Type.String({ minLength: 1 }) })
const VERSION_1 = Type.Object({ data: FIELD })
const VERSION_2 = Type.Object({ data: Type.Object({ data: FIELD }) })
const MOUNT = Type.Object({
  data: Type.Object({
    path: Type.String(),
    options: Type.Optional(Type.Union([Type.Null(), Type.Record(Type.String(), Type.String())])),
  }),
})

/**
 * Reads the field `token` of a secret of the KV engine, version 1 or 2. Throws a VaultError that holds nothing of the
 * answer. https://developer.hashicorp.com/vault/api-docs/secret/kv
 */
export async function readToken(settings: VaultSettings): Promise<string> {
  const secret = settings.secret.replace(/^\/+|\/+$/g, '').replace(/^v1\//, '')
  const found = await get(settings, secret)
  if (found.status === 404) {
    const path = await versionedPath(settings, secret)
    if (path !== null) return tokenIn(await get(settings, path))
  }
  return tokenIn(found)
}

/** Where version 2 keeps a secret that is named as people name it; null for version 1. Asks as Vault's own client does. */
async function versionedPath(settings: VaultSettings, secret: string): Promise<string | null> {
  const { status, body } = await get(settings, `sys/internal/ui/mounts/${secret}`)
  if (status !== 200 || !Value.Check(MOUNT, body)) return null
  const { path: mount, options } = body.data
  if (options?.version !== '2' || !secret.startsWith(mount)) return null
  const rest = secret.slice(mount.length)
  return rest.startsWith('data/') ? null : `${mount}data/${rest}`
}

function tokenIn({ status, body }: Answer): string {
  if (status !== 200) throw new VaultError(`Vault answered ${status} for KUBERNETES_TOKEN_SECRET`)
  if (Value.Check(VERSION_2, body)) return trimmed(body.data.data)
  if (Value.Check(VERSION_1, body)) return trimmed(body.data)
  throw new VaultError('the secret KUBERNETES_TOKEN_SECRET has no field "token"')
}

function trimmed({ token }: Static<typeof FIELD>): string {
  return token.trim()
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function get(settings: VaultSettings, path: string): Promise<Answer> {
  const base = httpUrl('VAULT_ADDR', settings.address)
  const namespace = settings.namespace === null ? {} : { 'x-vault-namespace': settings.namespace }
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/v1/${encoded(path)}`, base)
  // Few use Vault, and undici takes time to load.
  const { request } = await import('undici')
  try {
    const response = await request(url, {
      // Redirects are not followed: they would carry the token elsewhere.
      headers: { 'x-vault-token': settings.token, 'x-vault-request': 'true', ...namespace },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = String(await readBounded(response.body, MAX_ANSWER_BYTES, tooLarge))
    return { status: response.statusCode, body: response.statusCode === 200 ? parsed(text) : null }
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw new VaultError(`Vault could not be asked (${errorName(error)})`)
  }
}

function tooLarge(maxBytes: number): VaultError {
  return new VaultError(`Vault's answer has more than ${maxBytes} bytes`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes what it read, which may be the token.
    throw new VaultError("Vault's answer is not JSON")
  }
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** An address without scheme is https. Throws a VaultError that does not repeat it. */
function httpUrl(variable: string, text: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new VaultError(`${variable} is not an http(s) address without user and password`)
  return url
}
