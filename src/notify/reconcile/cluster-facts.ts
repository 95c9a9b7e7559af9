import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import { collectionPath } from '../../cluster/watch/collection-path.ts'
import type { KindDescriptor } from '../../kinds/descriptor.ts'
import { listKinds } from '../../kinds/index.ts'
import type { AppEvent } from '../event.ts'

const NAMED = Type.Object({ metadata: Type.Object({ uid: Type.String() }) })
const POD_SPEC = Type.Object({
  spec: Type.Object({ containers: Type.Array(Type.Object({ image: Type.String() })) }),
})
const LIST = Type.Object({ items: Type.Array(Type.Unknown()) })

/** The UID of kube-system is what names a cluster. Where it may not be read it is '': ids are then unique in one cluster only. */
export async function readClusterUid(objects: ApiObjects): Promise<string> {
  const namespace = await allowed(objects.read('/api/v1/namespaces/kube-system'))
  return Value.Check(NAMED, namespace) ? namespace.metadata.uid : ''
}

/** Whether `withImage` has to ask the API server. */
export function needsImage(event: AppEvent): boolean {
  return event.release !== null && findTemplated(event) !== undefined
}

/** A release with the image of its first container, which the cache does not keep. Throws when it cannot be read. */
export async function addImage(event: AppEvent, objects: ApiObjects): Promise<AppEvent> {
  const kind = findTemplated(event)
  if (event.release === null || kind === undefined) return event
  const only = encodeURIComponent(`metadata.name=${event.workload.name}`)
  // As a list of one, for which the right to watch is enough.
  const path = `${collectionPath(kind.resource, event.namespace)}?fieldSelector=${only}`
  const found = await allowed(objects.read(path))
  const [object] = Value.Check(LIST, found) ? found.items : []
  const template = (kind.templatePath ?? []).reduce(memberOf, object)
  return {
    ...event,
    image: Value.Check(POD_SPEC, template) ? (template.spec.containers[0]?.image ?? null) : null,
  }
}

/** The kind of the event's workload, where its objects have a pod template. */
function findTemplated({ workload }: AppEvent): KindDescriptor | undefined {
  return listKinds([]).find(
    ({ resource, templatePath }) => resource.kind === workload.kind && templatePath !== undefined,
  )
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** What may not be read is done without. */
async function allowed(reading: Promise<unknown>): Promise<unknown> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 403) return null
    throw error
  }
}
