import { readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { parseAllDocuments, type Tags } from 'yaml'
import { errorCode } from '../../lib/error-chain.ts'
import { withoutNulls } from '../../lib/without-nulls.ts'
import { ClusterConfigError } from './errors.ts'

const text = Type.Optional(Type.String())
const flag = Type.Optional(Type.Boolean())

const CLUSTER = Type.Object({
  server: text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': flag,
  'certificate-authority': text,
  'certificate-authority-data': text,
  'proxy-url': text,
  'disable-compression': flag,
  extensions: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), extension: Type.Optional(Type.Unknown()) })),
  ),
})

const EXEC = Type.Object({
  apiVersion: text,
  command: text,
  args: Type.Optional(Type.Array(Type.String())),
  env: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: text }))),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
})

const USER = Type.Object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  as: text,
  'as-uid': text,
  'as-groups': Type.Optional(Type.Array(Type.String())),
  'as-user-extra': Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
  username: text,
  password: text,
  'auth-provider': Type.Optional(
    Type.Object({ name: text, config: Type.Optional(Type.Record(Type.String(), Type.String())) }),
  ),
  exec: Type.Optional(EXEC),
})

const CONTEXT = Type.Object({ cluster: text, user: text, namespace: text })

/** To client-go an entry without a name has the empty one, and null is an entry without anything. */
const NAMED = Type.Array(Type.Union([Type.Object({ name: text }), Type.Null()]))
const FILE = Type.Object({
  apiVersion: text,
  kind: text,
  'current-context': text,
  clusters: Type.Optional(NAMED),
  users: Type.Optional(NAMED),
  contexts: Type.Optional(NAMED),
})

/** A kubeconfig's entries, https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export type ClusterEntry = Static<typeof CLUSTER>
export type UserEntry = Static<typeof USER>
export type ExecEntry = Static<typeof EXEC>

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What one context of a kubeconfig leads to. All paths are absolute. */
export interface ContextEntry {
  readonly context: string
  readonly namespace: string
  readonly cluster: ClusterEntry
  readonly user: UserEntry
  /** Name of the user; empty when the context has none. */
  readonly userName: string
}

/** An entry as its file has it, unchecked: what is wrong with it matters only when it is used. */
interface RawEntry {
  readonly value: unknown
  /** Directory of its file, against which its paths resolve. */
  readonly directory: string
}

type Section = 'clusters' | 'users' | 'contexts'
type Entries = Map<string, RawEntry>

/** Kubeconfig files as kubectl merges them. */
export interface Kubeconfig {
  readonly currentContext: string
  readonly clusters: ReadonlyMap<string, RawEntry>
  readonly users: ReadonlyMap<string, RawEntry>
  readonly contexts: ReadonlyMap<string, RawEntry>
}

/** The paths that KUBECONFIG lists, each once. */
export function listPaths(variable: string): string[] {
  return [...new Set(variable.split(delimiter))].filter((path) => path !== '')
}

/** ~/.kube/config; null without a HOME. */
export function homeKubeconfig(env: Environment): string | null {
  return env.HOME ? join(env.HOME, '.kube', 'config') : null
}

/**
 * Reads and merges files by the rules of client-go: the first file that has an entry of a name wins, and so does the first
 * that names a current context; empty files count as empty, and files that do not exist are passed over. Null when none
 * exists. Throws a ClusterConfigError for a file that cannot be read.
 * https://github.com/kubernetes/client-go/blob/v0.34.4/tools/clientcmd/loader.go
 */
export function readKubeconfig(paths: readonly string[]): Kubeconfig | null {
  const files = paths.flatMap((path) => {
    const content = readIfPresent(path)
    return content === null ? [] : [parseFile(content, path)]
  })
  return files.length === 0 ? null : merge(files)
}

/** Reads one kubeconfig from its text; relative paths resolve against the working directory. */
export function parseKubeconfig(content: string): Kubeconfig {
  return merge([parseFile(content, 'kubeconfig')])
}

/** What a context leads to; without a name, the current one. Throws a ClusterConfigError. */
export function findContext(kubeconfig: Kubeconfig, name: string | undefined): ContextEntry {
  const context = name ?? kubeconfig.currentContext
  const known = [...kubeconfig.contexts.keys()].join(', ')
  if (context === '')
    throw new ClusterConfigError(`the kubeconfig has no current context; it has: ${known || 'none'}`)
  const raw = kubeconfig.contexts.get(context)
  if (raw === undefined)
    throw new ClusterConfigError(`no context "${context}" in the kubeconfig; it has: ${known || 'none'}`)
  const where = `context "${context}"`
  const { cluster = '', user = '', namespace = '' } = check(CONTEXT, raw.value, where)
  const entry = kubeconfig.clusters.get(cluster)
  if (entry === undefined)
    throw new ClusterConfigError(
      cluster === ''
        ? `${where} names no cluster`
        : `${where} names the cluster "${cluster}", which the kubeconfig does not have`,
    )
  const userEntry = kubeconfig.users.get(user)
  return {
    context,
    namespace: namespace || 'default',
    cluster: resolveCluster(check(CLUSTER, entry.value, `cluster "${cluster}"`), entry.directory),
    user:
      userEntry === undefined
        ? {}
        : resolveUser(check(USER, userEntry.value, `user "${user}"`), userEntry.directory),
    userName: user,
  }
}

function readIfPresent(path: string): string | null {
  try {
    return decodeText(readFileSync(path))
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null
    throw new ClusterConfigError(`cannot read the kubeconfig ${path}`, { cause })
  }
}

/** UTF-8, or UTF-16 with its mark, which PowerShell writes by default. */
function decodeText(content: Buffer): string {
  const isUtf16 = content[0] === 0xff && content[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(content)
}

interface ParsedFile {
  readonly currentContext: string
  readonly sections: Readonly<Record<Section, Entries>>
}

function parseFile(content: string, path: string): ParsedFile {
  const document = check(FILE, parseYaml(content, path) ?? {}, `kubeconfig ${path}`)
  const { apiVersion = '', kind = '' } = document
  if ((apiVersion !== '' && apiVersion !== 'v1') || (kind !== '' && kind !== 'Config'))
    throw new ClusterConfigError(`kubeconfig ${path}: it is not of kind Config, apiVersion v1`)
  const entries = (section: Section, member: string): Entries => {
    const found: Entries = new Map()
    for (const named of document[section] ?? []) {
      const name = named?.name ?? ''
      if (found.has(name))
        throw new ClusterConfigError(`kubeconfig ${path}: ${section} has two entries named "${name}"`)
      const value: unknown = Object.entries(named ?? {}).find(([key]) => key === member)?.[1] ?? {}
      found.set(name, { value, directory: resolve(dirname(path)) })
    }
    return found
  }
  return {
    currentContext: document['current-context'] ?? '',
    sections: {
      clusters: entries('clusters', 'cluster'),
      users: entries('users', 'user'),
      contexts: entries('contexts', 'context'),
    },
  }
}

/** As kubectl's parser: YAML 1.1, the first document, and the last of two equal keys counts. Null for an empty file. */
function parseYaml(content: string, path: string): unknown {
  const options = { version: '1.1', uniqueKeys: false, logLevel: 'error', customTags: likeGo } as const
  const [first] = parseAllDocuments(content, options)
  const [error] = first?.errors ?? []
  if (error !== undefined) {
    // The message quotes the lines around the error, which may hold a token: only where and what is kept.
    const line = error.linePos?.[0].line ?? 'unknown'
    throw new ClusterConfigError(`kubeconfig ${path} is not YAML: line ${line}: ${error.code}`)
  }
  return first === undefined ? null : withoutNulls(first.toJS())
}

/** To Go's parser 1:30 is a text and no number of minutes, and a date is a text too. */
function likeGo(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === 'string' || (tag.format !== 'TIME' && tag.tag !== 'tag:yaml.org,2002:timestamp'),
  )
}

function merge(files: readonly ParsedFile[]): Kubeconfig {
  const all = (section: Section): Entries =>
    new Map(files.toReversed().flatMap(({ sections }) => [...sections[section]]))
  return {
    currentContext: files.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    clusters: all('clusters'),
    users: all('users'),
    contexts: all('contexts'),
  }
}

/** Names what is wrong, but not the value: it may be a secret. */
function check<S extends TSchema>(schema: S, value: unknown, where: string): Static<S> {
  if (Value.Check(schema, value)) return value
  const [first] = Value.Errors(schema, value)
  const path = first?.instancePath ?? ''
  throw new ClusterConfigError(`${where}${path === '' ? '' : `, ${path.slice(1)}`}: ${first?.message}`)
}

function resolveCluster(cluster: ClusterEntry, directory: string): ClusterEntry {
  return { ...cluster, ...resolved(cluster, ['certificate-authority'], directory) }
}

function resolveUser(user: UserEntry, directory: string): UserEntry {
  const { exec } = user
  // A command without a slash is looked up in PATH.
  const command = exec?.command?.includes('/') ? { command: resolve(directory, exec.command) } : {}
  return {
    ...user,
    ...resolved(user, ['client-certificate', 'client-key', 'tokenFile'], directory),
    ...(exec === undefined ? {} : { exec: { ...exec, ...command } }),
  }
}

function resolved<K extends string>(
  entry: { readonly [key in K]?: string },
  keys: readonly K[],
  directory: string,
): Record<string, string> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const path = entry[key]
      return path === undefined || path === '' ? [] : [[key, resolve(directory, path)]]
    }),
  )
}
