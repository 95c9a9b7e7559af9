import type { ResourceSpec } from '../../kinds/descriptor.ts'

/** Path of a resource's collection in a namespace, or in all (''). */
export function collectionPath({ group, version, plural }: ResourceSpec, namespace: string): string {
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return namespace === ''
    ? `${api}/${plural}`
    : `${api}/namespaces/${encodeURIComponent(namespace)}/${plural}`
}
