import { type StdioOptions, spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { isatty } from 'node:tty'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse, YAMLParseError } from 'yaml'
import { errorCode } from '../../lib/error-chain.ts'
import { withoutNulls } from '../../lib/without-nulls.ts'
import type { Seconds } from '../../model/meta.ts'
import { CachedCredential, type Credential, type Credentials } from './credentials.ts'
import { ClusterConfigError, ConnectionError } from './errors.ts'
import type { ClusterEntry, Environment, ExecEntry } from './kubeconfig.ts'

/** How long a plugin may take that does not ask a person, ms: all requests wait for it. */
const TIMEOUT_MS = 60_000
/** A credential has some kilobytes, certificates included. */
const MAX_OUTPUT_BYTES = 1024 * 1024

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
const MODES = ['Never', 'IfAvailable', 'Always']
/** The only form that client-go takes. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const CLUSTER_EXTENSION = 'client.authentication.k8s.io/exec'

const EXEC_CREDENTIAL = Type.Object({
  apiVersion: Type.String(),
  kind: Type.Literal('ExecCredential'),
  status: Type.Optional(
    Type.Object({
      expirationTimestamp: Type.Optional(Type.String()),
      token: Type.Optional(Type.String()),
      clientCertificateData: Type.Optional(Type.String()),
      clientKeyData: Type.Optional(Type.String()),
    }),
  ),
})

export interface ExecPluginOptions {
  readonly userName: string
  readonly exec: ExecEntry
  readonly cluster: ClusterEntry
  /** The certificate authority of the cluster, base64 of PEM. */
  readonly authority: () => string | undefined
  readonly env: Environment
  readonly now: () => Seconds
}

/**
 * Credentials of an exec plugin: it runs once for all who wait, again when its credential has expired or was refused.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export class ExecPlugin extends CachedCredential implements Credentials {
  /** For an entry that validateExec() has accepted. Throws a ClusterConfigError. */
  constructor(options: ExecPluginOptions) {
    const { userName, exec } = options
    const { apiVersion = '' } = exec
    if (!API_VERSIONS.includes(apiVersion))
      refuse(userName, `apiVersion "${apiVersion}" is none of ${API_VERSIONS.join(', ')}`)
    super(() => run(options), options.now)
  }
}

/** What client-go checks of every plugin of the context, used or not. Throws a ClusterConfigError. */
export function validateExec(userName: string, exec: ExecEntry): void {
  const { command = '', apiVersion = '', env = [] } = exec
  if (command === '') refuse(userName, 'it has no command')
  if (apiVersion === '') refuse(userName, 'it has no apiVersion')
  const mode = interactiveMode(exec)
  if (!MODES.includes(mode))
    refuse(
      userName,
      mode === '' ? 'it has no interactiveMode' : `interactiveMode "${mode}" is none of ${MODES.join(', ')}`,
    )
  if (env.some(({ name }) => name === '')) refuse(userName, 'a variable of env has no name')
}

function refuse(userName: string, why: string): never {
  throw new ClusterConfigError(`user "${userName}", exec: ${why}`)
}

/** Versions before v1 may leave it out. */
function interactiveMode({ apiVersion, interactiveMode: mode = '' }: ExecEntry): string {
  return mode === '' && /\/v1(alpha|beta)1$/.test(apiVersion ?? '') ? 'IfAvailable' : mode
}

function isInteractive(exec: ExecEntry): boolean {
  const mode = interactiveMode(exec)
  if (mode === 'Never') return false
  const terminal = isatty(0)
  if (mode === 'Always' && !terminal)
    throw new ConnectionError(
      `exec plugin ${exec.command}: it needs a terminal (interactiveMode Always), and standard input is none`,
    )
  return terminal
}

async function run(options: ExecPluginOptions): Promise<{ credential: Credential; until: Seconds }> {
  const { exec, env } = options
  const interactive = isInteractive(exec)
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value = '' }) => [name, value]))
  const info = JSON.stringify(executionInfo(options, interactive))
  const program = findProgram(exec, env)
  const output = await collectOutput(
    exec,
    program,
    { ...env, ...own, KUBERNETES_EXEC_INFO: info },
    interactive,
  )
  return readCredential(output, exec)
}

/** The value of KUBERNETES_EXEC_INFO. */
function executionInfo({ exec, cluster, authority }: ExecPluginOptions, interactive: boolean): object {
  const config = cluster.extensions?.find(({ name }) => name === CLUSTER_EXTENSION)?.extension
  const spec = {
    ...(exec.provideClusterInfo === true
      ? {
          cluster: {
            server: cluster.server,
            'tls-server-name': cluster['tls-server-name'] || undefined,
            'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'] || undefined,
            'certificate-authority-data': authority(),
            'proxy-url': cluster['proxy-url'] || undefined,
            'disable-compression': cluster['disable-compression'] || undefined,
            config: config ?? null,
          },
        }
      : {}),
    interactive,
  }
  return { kind: 'ExecCredential', apiVersion: exec.apiVersion, spec }
}

/** By our own PATH, as client-go does: that which the plugin is given counts only within it. */
function findProgram(exec: ExecEntry, { PATH = '' }: Environment): string {
  const { command = '' } = exec
  if (command.includes('/')) return command
  const paths = PATH.split(delimiter).filter(isAbsolute)
  const found = paths.map((directory) => join(directory, command)).find(isExecutable)
  if (found === undefined) throw new ConnectionError(`exec plugin ${command}: ${missing(exec)}`)
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch (error) {
    if (errorCode(error) === null) throw error
    return false
  }
}

function missing({ installHint = '' }: ExecEntry): string {
  return `no such executable${installHint === '' ? '' : `. ${printable(installHint)}`}`
}

/** What the plugin writes; what it says to people goes to where our errors go. */
function collectOutput(
  exec: ExecEntry,
  program: string,
  env: Environment,
  interactive: boolean,
): Promise<string> {
  const { command = '', args = [] } = exec
  const stdio: StdioOptions = [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit']
  const child = spawn(program, args, { env: { ...env }, stdio })
  const { stdout } = child
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      // What the plugin has started may hold its output open.
      stdout?.destroy()
      reject(new ConnectionError(`exec plugin ${command}: ${why}`, { cause }))
    }
    const late = (): void => fail(`it took longer than ${TIMEOUT_MS / 1000} s`)
    const timer = interactive ? undefined : setTimeout(late, TIMEOUT_MS)
    const chunks: Buffer[] = []
    let bytes = 0
    stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes > MAX_OUTPUT_BYTES) fail(`it wrote more than ${MAX_OUTPUT_BYTES} bytes`)
    })
    child.on('error', (error) => {
      if (errorCode(error) === 'ENOENT') fail(missing(exec))
      else fail(error.message, error)
    })
    child.on('close', (code, signal) => {
      if (code !== 0)
        return fail(code === null ? `it was ended by ${signal}` : `it ended with exit code ${code}`)
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
}

/** Without what could leave a terminal in a strange state. */
function printable(hint: string): string {
  return hint.replace(/[^\P{C}\n\t]/gu, '').trim()
}

/** Names what is wrong with an answer and quotes nothing of it: it is a secret. */
function refuseAnswer({ command }: ExecEntry, why: string): never {
  throw new ConnectionError(`exec plugin ${command}: ${why}`)
}

function readCredential(output: string, exec: ExecEntry): { credential: Credential; until: Seconds } {
  const status = readStatus(output, exec)
  const {
    token = '',
    clientCertificateData: cert = '',
    clientKeyData: key = '',
    expirationTimestamp,
  } = status
  if ((cert === '') !== (key === ''))
    refuseAnswer(exec, 'it returned a certificate without a key, or a key without a certificate')
  if (token === '' && cert === '') refuseAnswer(exec, 'it returned neither a token nor a certificate')
  const isTime = expirationTimestamp === undefined || RFC_3339.test(expirationTimestamp)
  const until =
    expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(expirationTimestamp) / 1000
  if (!isTime || Number.isNaN(until)) refuseAnswer(exec, 'its expirationTimestamp is not a time (RFC 3339)')
  return {
    credential: {
      ...(token === '' ? {} : { authorization: `Bearer ${token.trim()}` }),
      ...(cert === '' ? {} : { cert, key }),
    },
    until,
  }
}

function readStatus(output: string, exec: ExecEntry): NonNullable<Static<typeof EXEC_CREDENTIAL>['status']> {
  let answer: unknown
  try {
    answer = withoutNulls(parse(output, { logLevel: 'error' }))
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    return refuseAnswer(exec, 'its output is neither JSON nor YAML')
  }
  if (!Value.Check(EXEC_CREDENTIAL, answer)) return refuseAnswer(exec, 'its output is not an ExecCredential')
  if (answer.apiVersion !== exec.apiVersion)
    return refuseAnswer(exec, `it is configured for ${exec.apiVersion}, and returned ${answer.apiVersion}`)
  return answer.status ?? refuseAnswer(exec, 'its output has no status')
}
