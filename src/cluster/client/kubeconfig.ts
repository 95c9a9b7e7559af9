import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse, YAMLParseError } from 'yaml'
import { ClusterConfigError } from './errors.ts'

/** Where the cluster's address and credentials come from. */
export interface ClusterSource {
  /** One that was found before; then nothing else is looked at. */
  readonly found?: KubeConfig | undefined
  /** A whole kubeconfig as YAML or JSON; then nothing else is looked at. */
  readonly kubeconfigText?: string | undefined
  /** Path of a kubeconfig (`--kubeconfig`); else as kubectl finds it. */
  readonly kubeconfig?: string | undefined
  /** Context within it; else its current one. */
  readonly context?: string | undefined
  /** The variable KUBECONFIG: one or more paths. */
  readonly kubeconfigPaths?: string | undefined
  /** Whether this process runs in a pod (KUBERNETES_SERVICE_HOST is set). */
  readonly inCluster: boolean
}

/**
 * Finds the cluster as kubectl does: `--kubeconfig`, `KUBECONFIG`, `~/.kube/config`, else the service account of the
 * pod. Throws a ClusterConfigError.
 */
export function loadKubeConfig(source: ClusterSource): KubeConfig {
  if (source.found !== undefined) return source.found
  const files = kubeconfigFiles(source)
  const config = new KubeConfig()
  try {
    if (source.kubeconfigText !== undefined) config.loadFromString(source.kubeconfigText)
    else if (files.length > 0) loadFiles(config, files)
    else if (source.inCluster) config.loadFromCluster()
    else
      throw new ClusterConfigError(
        'no cluster found: pass --kubeconfig, set KUBECONFIG, create ~/.kube/config, run in a pod, or set the variables of Vault (docs/access.md)',
      )
  } catch (cause) {
    if (cause instanceof ClusterConfigError) throw cause
    const where = files.length > 0 ? files.join(', ') : 'the service account'
    throw new ClusterConfigError(`cannot read the cluster configuration (${where})`, {
      cause: withoutQuote(cause),
    })
  }
  if (source.context !== undefined) selectContext(config, source.context)
  if (config.getCurrentCluster() === null)
    throw new ClusterConfigError(
      `context "${config.getCurrentContext()}" names no cluster in ${files.join(', ')}`,
    )
  return config
}

/** The error of client-node's parser, as far as it is needed. */
const YAML_ERROR = Type.Object({
  name: Type.Literal('YAMLException'),
  reason: Type.String(),
  mark: Type.Object({ line: Type.Number() }),
})

/** A parser's message quotes the lines around the error, which may hold a token: only where and what is kept. */
function withoutQuote(error: unknown): unknown {
  if (error instanceof YAMLParseError)
    return new Error(`line ${error.linePos?.[0].line ?? 'unknown'}: ${error.code}`)
  if (!Value.Check(YAML_ERROR, error)) return error
  return new Error(`line ${error.mark.line + 1}: ${error.reason}`)
}

function kubeconfigFiles({ kubeconfig, kubeconfigPaths, inCluster }: ClusterSource): string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const listed = (kubeconfigPaths ?? '').split(delimiter).filter((path) => path !== '')
  if (listed.length > 0) return listed
  const home = inCluster ? null : homeKubeconfig()
  return home === null ? [] : [home]
}

/** ~/.kube/config, when there is one. */
export function homeKubeconfig(): string | null {
  const home = join(homedir(), '.kube', 'config')
  return existsSync(home) ? home : null
}

function loadFiles(config: KubeConfig, files: readonly string[]): void {
  const [first, ...others] = files
  if (first === undefined) return
  config.loadFromFile(first)
  for (const file of others) {
    const more = new KubeConfig()
    more.loadFromFile(file)
    config.mergeConfig(more, true)
  }
  for (const file of files) watchTokenFiles(config, file)
}

/** client-node reads a user's `tokenFile` once; tokens rotate, so hand it to the part of it that reads again. */
function watchTokenFiles(config: KubeConfig, file: string): void {
  const document: unknown = parse(readFileSync(file, 'utf8'))
  for (const [name, tokenFile] of tokenFiles(document)) {
    const user = config.getUser(name)
    if (user === null) continue
    const index = config.users.indexOf(user)
    const { token: _, ...rest } = user
    config.users[index] = {
      ...rest,
      authProvider: { name: 'tokenFile', config: { tokenFile: resolve(dirname(file), tokenFile) } },
    }
  }
}

function* tokenFiles(document: unknown): Iterable<[string, string]> {
  const users = isRecord(document) && Array.isArray(document.users) ? document.users : []
  for (const entry of users) {
    if (!isRecord(entry) || !isRecord(entry.user)) continue
    const { name } = entry
    const { tokenFile, token } = entry.user
    if (typeof name === 'string' && typeof tokenFile === 'string' && token === undefined)
      yield [name, tokenFile]
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function selectContext(config: KubeConfig, context: string): void {
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name)
    throw new ClusterConfigError(`no context "${context}" in the kubeconfig; it has: ${known.join(', ')}`)
  }
  config.setCurrentContext(context)
}
