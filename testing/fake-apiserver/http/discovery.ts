import type { EmbeddedCluster } from '../cluster.ts'
import type { JsonObject } from '../json.ts'
import type { ResourceType } from '../store/resource-type.ts'

const READ_WRITE = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
const STATUS_VERBS = ['get', 'patch', 'update']
/** The version that the embedded API behaves like. */
const VERSION: JsonObject = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+embedded',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
}

/** The document at a path outside of resources, or undefined when there is none. Strings are plain text. */
export function discover(cluster: EmbeddedCluster, path: string): JsonObject | string | undefined {
  switch (path) {
    case '/healthz':
    case '/livez':
    case '/readyz':
      return 'ok'
    case '/version':
      return VERSION
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
    case '/apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: groups(cluster).map((name) => describeGroup(cluster, name)),
      }
  }
  const [, root, group, version, ...rest] = path.split('/')
  if (rest.length > 0) return undefined
  if (root === 'api' && group === 'v1' && version === undefined) return resourceList(cluster, 'v1')
  if (root !== 'apis' || group === undefined || !groups(cluster).includes(group)) return undefined
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(cluster, group) }
  return resourceList(cluster, `${group}/${version}`)
}

function groups(cluster: EmbeddedCluster): string[] {
  const named = cluster.types().map((type) => type.group)
  return [...new Set([...named, 'authorization.k8s.io'])].filter((group) => group !== '')
}

function describeGroup(cluster: EmbeddedCluster, name: string): JsonObject {
  const version = cluster.types().find(({ group }) => group === name)?.version ?? 'v1'
  const entry = { groupVersion: `${name}/${version}`, version }
  return { name, versions: [entry], preferredVersion: entry }
}

function resourceList(cluster: EmbeddedCluster, groupVersion: string): JsonObject | undefined {
  const types = cluster.types().filter(({ apiVersion }) => apiVersion === groupVersion)
  const resources = types.flatMap(entries)
  if (groupVersion === 'authorization.k8s.io/v1') resources.push(ACCESS_REVIEW)
  if (resources.length === 0) return undefined
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

const ACCESS_REVIEW: JsonObject = {
  name: 'selfsubjectaccessreviews',
  singularName: 'selfsubjectaccessreview',
  namespaced: false,
  kind: 'SelfSubjectAccessReview',
  verbs: ['create'],
}

function entries(type: ResourceType): JsonObject[] {
  const { plural, singular, namespaced, kind, shortNames } = type
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: READ_WRITE,
    shortNames: [...shortNames],
  }
  const part = (name: string, verbs: readonly string[]): JsonObject => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: [...verbs],
  })
  const log = plural === 'pods' ? [part('log', ['get'])] : []
  return [main, ...log, ...(type.hasStatus ? [part('status', STATUS_VERBS)] : [])]
}
