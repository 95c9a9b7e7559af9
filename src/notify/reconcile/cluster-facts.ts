import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import type { AppEvent } from '../event.ts'

const NAMED = Type.Object({ metadata: Type.Object({ uid: Type.String() }) })
const TEMPLATED = Type.Object({
  spec: Type.Object({
    template: Type.Object({
      spec: Type.Object({ containers: Type.Array(Type.Object({ image: Type.String() })) }),
    }),
  }),
})
const TEMPLATES = Type.Object({ items: Type.Array(TEMPLATED) })

/** The UID of kube-system is what names a cluster. Where it may not be read it is '': ids are then unique in one cluster only. */
export async function clusterUid(objects: ApiObjects): Promise<string> {
  const namespace = await allowed(objects.read('/api/v1/namespaces/kube-system'))
  return Value.Check(NAMED, namespace) ? namespace.metadata.uid : ''
}

const PATHS: Readonly<Record<string, readonly [group: string, plural: string]>> = {
  Deployment: ['apps/v1', 'deployments'],
  StatefulSet: ['apps/v1', 'statefulsets'],
  DaemonSet: ['apps/v1', 'daemonsets'],
  Rollout: ['argoproj.io/v1alpha1', 'rollouts'],
}

/** Whether `withImage` has to ask the API server. */
export function wantsImage({ release, workload }: AppEvent): boolean {
  return release !== null && PATHS[workload.kind] !== undefined
}

/** A release with the image of its first container, which the cache does not keep. Throws when it cannot be read. */
export async function withImage(event: AppEvent, objects: ApiObjects): Promise<AppEvent> {
  const place = PATHS[event.workload.kind]
  if (!wantsImage(event) || place === undefined) return event
  const [group, plural] = place
  const namespace = encodeURIComponent(event.namespace)
  const only = encodeURIComponent(`metadata.name=${event.workload.name}`)
  // As a list of one, for which the right to watch is enough.
  const path = `/apis/${group}/namespaces/${namespace}/${plural}?fieldSelector=${only}`
  const found = await allowed(objects.read(path))
  const [object] = Value.Check(TEMPLATES, found) ? found.items : []
  return { ...event, image: object?.spec.template.spec.containers[0]?.image ?? null }
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
