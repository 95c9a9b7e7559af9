import type { EmbeddedCluster } from '../cluster.ts'
import type { ResourceType } from '../store/resource-type.ts'

/** What a path of a resource names. */
export interface Route {
  readonly type: ResourceType
  /** '' for all namespaces, and for resources without. */
  readonly namespace: string
  /** '' for the collection. */
  readonly objectName: string
  /** '', `status` or, of pods, `log`. */
  readonly subresource: string
}

/** Finds the resource of a path; null when the API has none there. */
export function findRoute(cluster: EmbeddedCluster, path: string): Route | null {
  const parts = path.split('/').slice(1).map(decodeURIComponent)
  const core = parts[0] === 'api'
  if (!core && parts[0] !== 'apis') return null
  const apiVersion = core ? (parts[1] ?? '') : `${parts[1] ?? ''}/${parts[2] ?? ''}`
  const rest = parts.slice(core ? 2 : 3)
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2
  const namespace = inNamespace ? (rest[1] ?? '') : ''
  const [plural = '', objectName = '', subresource = '', ...more] = inNamespace ? rest.slice(2) : rest
  const type = cluster.types().find((known) => known.apiVersion === apiVersion && known.plural === plural)
  if (type === undefined || more.length > 0) return null
  if (inNamespace !== type.namespaced && (inNamespace || objectName !== '')) return null
  if (subresource !== '' && !hasSubresource(type, subresource)) return null
  return { type, namespace, objectName, subresource }
}

function hasSubresource({ plural, hasStatus, message }: ResourceType, name: string): boolean {
  return (name === 'status' && (hasStatus || message === null)) || (name === 'log' && plural === 'pods')
}

/** Whether the API has this group and version at all: else the answer to any path in it is plain text. */
export function hasGroup(cluster: EmbeddedCluster, path: string): boolean {
  const [, root = '', group = '', version = ''] = path.split('/')
  const apiVersion = root === 'api' ? group : `${group}/${version}`
  return (root === 'api' || root === 'apis') && cluster.types().some((type) => type.apiVersion === apiVersion)
}
