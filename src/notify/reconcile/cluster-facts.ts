import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import { collectionPath } from '../../cluster/watch/collection-path.ts'
import type { KindDescriptor } from '../../kinds/descriptor.ts'
import { listKinds } from '../../kinds/index.ts'
import type { AppEvent } from '../event.ts'

const NAMESPACE = Type.Object({ metadata: Type.Object({ uid: Type.String() }) })
const POD_TEMPLATE = Type.Object({
  spec: Type.Object({ containers: Type.Array(Type.Object({ image: Type.String() })) }),
})
const LIST = Type.Object({ items: Type.Array(Type.Unknown()) })

/** The UID of kube-system identifies a cluster. Where it may not be read it is '': IDs are then unique only in one cluster. */
export async function readClusterUid(objects: ApiObjects): Promise<string> {
  const namespace = await readIfAllowed(objects, '/api/v1/namespaces/kube-system')
  return Value.Check(NAMESPACE, namespace) ? namespace.metadata.uid : ''
}

/** Whether `addImage` has to ask the API server. */
export function needsImage(event: AppEvent): boolean {
  return findTemplatedKind(event) !== undefined
}

/** A release with the image of its first container, which the cache does not keep. Throws when it cannot be read. */
export async function addImage(event: AppEvent, objects: ApiObjects): Promise<AppEvent> {
  const kind = findTemplatedKind(event)
  if (kind === undefined) return event
  const only = encodeURIComponent(`metadata.name=${event.workload.name}`)
  // A list of one object: the right to list is enough.
  const path = `${collectionPath(kind.resource, event.namespace)}?fieldSelector=${only}`
  const list = await readIfAllowed(objects, path)
  const [object] = Value.Check(LIST, list) ? list.items : []
  const template = (kind.templatePath ?? []).reduce(getMember, object)
  const image = Value.Check(POD_TEMPLATE, template) ? template.spec.containers[0]?.image : null
  return { ...event, image: image ?? null }
}

/** The kind of a released workload whose objects have a pod template. */
function findTemplatedKind({ release, workload }: AppEvent): KindDescriptor | undefined {
  if (release === null) return undefined
  return listKinds([]).find(
    ({ resource, templatePath }) => resource.kind === workload.kind && templatePath !== undefined,
  )
}

function getMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** Null when the service may not read it. */
async function readIfAllowed(objects: ApiObjects, path: string): Promise<unknown> {
  try {
    return await objects.read(path)
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 403) return null
    throw error
  }
}
