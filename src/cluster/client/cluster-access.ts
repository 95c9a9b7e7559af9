import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { getCACertificates } from 'node:tls'
import { errorChain } from '../../lib/error-chain.ts'
import type { Seconds } from '../../model/meta.ts'
import { basicAuthorization, type Credentials, fileToken, staticCredential } from './credentials.ts'
import { resolveProxy } from './environment-proxy.ts'
import { ClusterConfigError } from './errors.ts'
import { ExecPlugin, validateExec } from './exec-plugin.ts'
import type { ClusterEntry, ContextEntry, Environment, UserEntry } from './kubeconfig.ts'
import { oidcToken } from './oidc-token.ts'
import { parseServer, serverUser } from './server-address.ts'

/** What a TLS connection to the API server is made with, as PEM. */
export interface TlsMaterial {
  readonly ca: string | readonly string[] | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly servername: string | undefined
  readonly rejectUnauthorized: boolean
}

/** The way to one API server, and as whom. */
export interface ClusterAccess {
  /** Its path is the prefix of every request; it ends without a slash. */
  readonly server: URL
  /** The namespace that is meant where none is named. */
  readonly namespace: string
  /** The proxy to go through; null for none. */
  readonly proxy: URL | null
  /** Headers of every request besides the credentials: impersonation. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly credentials: Credentials
  /** Reads the certificates anew, as they rotate; what cannot be read at the moment is as it was. */
  readonly readTls: () => Promise<TlsMaterial>
}

/**
 * The access that a context of a kubeconfig gives, by the rules of client-go. Throws a ClusterConfigError for what kubectl
 * refuses. https://github.com/kubernetes/client-go/blob/v0.34.4/tools/clientcmd/client_config.go
 */
export function buildAccess(entry: ContextEntry, env: Environment, now: () => Seconds): ClusterAccess {
  const { cluster, user, namespace } = entry
  validateCluster(entry.context, cluster)
  validateUser(entry.userName, user)
  const server = parseServer(cluster.server ?? '')
  const isSecure = server.protocol === 'https:'
  const proxyUrl = cluster['proxy-url'] ?? ''
  return {
    server,
    namespace,
    proxy: proxyUrl === '' ? resolveProxy(server, env) : parseProxy(proxyUrl),
    headers: impersonationHeaders(user),
    credentials: buildCredentials(entry, server, env, now),
    readTls: isSecure ? tlsReader(cluster, user) : () => Promise.resolve(NO_TLS),
  }
}

const NO_TLS: TlsMaterial = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  servername: undefined,
  rejectUnauthorized: true,
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The access that a pod has by its service account. Throws a ClusterConfigError. */
export function podAccess(env: Environment, now: () => Seconds): ClusterAccess {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env
  const server = parseServer(`https://${host.includes(':') ? `[${host}]` : host}:${port}`)
  const namespace = readRequired(`${SERVICE_ACCOUNT}/namespace`).trim()
  return {
    server,
    namespace: namespace || 'default',
    proxy: resolveProxy(server, env),
    headers: {},
    credentials: fileToken(`${SERVICE_ACCOUNT}/token`, now),
    readTls: tlsReader({ 'certificate-authority': `${SERVICE_ACCOUNT}/ca.crt` }, {}),
  }
}

/** Access to a server with credentials of another source, its certificate vouched for by the usual authorities. */
export function bareAccess(server: string, credentials: Credentials, env: Environment): ClusterAccess {
  const url = parseServer(server)
  return {
    server: url,
    namespace: 'default',
    proxy: resolveProxy(url, env),
    headers: {},
    credentials,
    readTls: tlsReader({}, {}),
  }
}

function validateCluster(context: string, cluster: ClusterEntry): void {
  if (!cluster.server) throw new ClusterConfigError(`the cluster of context "${context}" has no server`)
  const { 'certificate-authority': file = '', 'certificate-authority-data': data = '' } = cluster
  if (file !== '' && data !== '')
    throw new ClusterConfigError('certificate-authority and certificate-authority-data are both set')
  if (cluster['insecure-skip-tls-verify'] === true && (file !== '' || data !== ''))
    throw new ClusterConfigError('insecure-skip-tls-verify cannot be combined with a certificate authority')
  if (file !== '') readRequired(file)
}

function validateUser(name: string, user: UserEntry): void {
  const refuse = (why: string): never => {
    throw new ClusterConfigError(`user "${name}": ${why}`)
  }
  const pairs = [
    ['client-certificate', 'client-certificate-data'],
    ['client-key', 'client-key-data'],
  ] as const
  if (hasCertificate(user)) {
    for (const [file, data] of pairs) if (user[file] && user[data]) refuse(`${file} and ${data} are both set`)
    if (!user['client-key'] && !user['client-key-data'])
      refuse('a client certificate needs client-key or client-key-data')
    for (const [file] of pairs) if (user[file]) readRequired(user[file])
  }
  if (user.token && (user.username || user.password))
    refuse('it has a token and a password; only one of them is allowed')
  if (user.exec !== undefined && user['auth-provider'] !== undefined)
    refuse('auth-provider cannot be combined with exec')
  if (user.exec !== undefined) validateExec(name, user.exec)
  const { as: asUser, 'as-uid': uid, 'as-groups': groups = [], 'as-user-extra': extra = {} } = user
  if (!asUser && (uid || groups.length > 0 || Object.keys(extra).length > 0))
    refuse('as-uid, as-groups and as-user-extra need as')
}

function hasCertificate(user: UserEntry): boolean {
  return Boolean(user['client-certificate'] || user['client-certificate-data'])
}

function parseProxy(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^(https?|socks5):$/.test(url.protocol))
    throw new ClusterConfigError('proxy-url is not an address that begins with http, https or socks5')
  return url
}

/** As kubectl: only what the address itself says goes over an unencrypted connection, and it goes before all else. */
function buildCredentials(
  entry: ContextEntry,
  server: URL,
  env: Environment,
  now: () => Seconds,
): Credentials {
  const isSecure = server.protocol === 'https:'
  const credentials = isSecure ? userCredentials(entry, env, now) : staticCredential({})
  const inAddress = serverUser(server)
  if (inAddress === null) return credentials
  return staticCredential({ authorization: basicAuthorization(inAddress.username, inAddress.password) })
}

function userCredentials({ cluster, user, userName }: ContextEntry, env: Environment, now: () => Seconds) {
  const { username = '', password = '', token = '', tokenFile = '' } = user
  if (tokenFile !== '' && username !== '')
    throw new ClusterConfigError(
      `user "${userName}": it has a token file and a password; only one is allowed`,
    )
  if (tokenFile !== '') return fileToken(tokenFile, now, token)
  if (token !== '') return staticCredential({ authorization: `Bearer ${token.trim()}` })
  if (username !== '') return staticCredential({ authorization: basicAuthorization(username, password) })
  if (hasCertificate(user)) return staticCredential({})
  if (user.exec !== undefined) {
    const authority = (): string | undefined => authorityOf(cluster)
    return new ExecPlugin({ userName, exec: user.exec, cluster, authority, env, now })
  }
  if (user['auth-provider'] !== undefined) return oidcToken(userName, user['auth-provider'], now)
  throw new ClusterConfigError(
    userName === ''
      ? 'the context names no user, and an API server behind TLS needs one'
      : `user "${userName}" has no credentials in the kubeconfig`,
  )
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationHeaders(user: UserEntry): ClusterAccess['headers'] {
  if (!user.as) return {}
  const extra = Object.entries(user['as-user-extra'] ?? {}).map(
    ([key, values]) => [`impersonate-extra-${escapeHeaderName(key)}`, values] as const,
  )
  return {
    'impersonate-user': user.as,
    ...(user['as-uid'] ? { 'impersonate-uid': user['as-uid'] } : {}),
    ...(user['as-groups']?.length ? { 'impersonate-group': user['as-groups'] } : {}),
    ...Object.fromEntries(extra),
  }
}

/** The API server undoes percent-encoding in keys, which a header's name could not hold otherwise. */
function escapeHeaderName(key: string): string {
  return Array.from(Buffer.from(key), (byte) => {
    const character = String.fromCharCode(byte)
    return /[!#$&'*+\-.^_`|~0-9a-zA-Z]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
  }).join('')
}

/** Reads a file, or takes the data; keeps the last content while the file cannot be read. */
class Material {
  readonly #path: string
  #content: string | undefined = undefined

  /** Throws a ClusterConfigError. */
  constructor(entry: Readonly<Record<string, unknown>>, name: string) {
    const { [name]: path, [`${name}-data`]: data } = entry
    const hasData = typeof data === 'string' && data !== ''
    this.#path = hasData || typeof path !== 'string' ? '' : path
    if (hasData) this.#content = decodeBase64(data, `${name}-data`)
    else if (this.#path !== '') this.#content = readRequired(this.#path)
  }

  async read(): Promise<string | undefined> {
    if (this.#path === '') return this.#content
    // A file that is missing for a moment is being replaced; what is wrong for longer shows when the old one expires.
    this.#content = await readFile(this.#path, 'utf8').catch(() => this.#content)
    return this.#content
  }
}

function tlsReader(cluster: ClusterEntry, user: UserEntry): ClusterAccess['readTls'] {
  const ca = new Material(cluster, 'certificate-authority')
  const cert = new Material(user, 'client-certificate')
  const key = new Material(hasCertificate(user) ? user : {}, 'client-key')
  return async () => ({
    // An empty file names none.
    ca: (await ca.read()) || usualAuthorities(),
    cert: await cert.read(),
    key: await key.read(),
    servername: cluster['tls-server-name'] || undefined,
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
  })
}

let authorities: readonly string[] | undefined

/** Node's own and, as for kubectl, those of the system. */
function usualAuthorities(): readonly string[] {
  authorities ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return authorities
}

function authorityOf(cluster: ClusterEntry): string | undefined {
  const { 'certificate-authority': file = '', 'certificate-authority-data': data = '' } = cluster
  return data !== '' ? data : file === '' ? undefined : Buffer.from(readRequired(file)).toString('base64')
}

/** As strict as Go's decoder: what was cut off is not taken for a certificate. */
function decodeBase64(data: string, name: string): string {
  const text = data.replace(/[\r\n]/g, '')
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new ClusterConfigError(`${name} is not base64`)
  return Buffer.from(text, 'base64').toString('utf8')
}

function readRequired(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ClusterConfigError(`cannot read ${path}: ${errorChain(cause)}`, { cause })
  }
}
