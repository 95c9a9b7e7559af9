import { at, isObject, type JsonObject, text } from '../live/support/json.ts'

/** Objects that a controller made for a fixture's object, as far as its status counts them. */
export function surround(object: JsonObject, createdAt: string): readonly JsonObject[] {
  const kind = text(object, 'kind')
  switch (kind) {
    case 'Deployment': {
      const annotations = { [REVISION]: at(object, 'metadata', 'annotations', REVISION) ?? '0' }
      const replicaSet = own(object, makeReplicaSet(object, { annotations }), createdAt)
      return [replicaSet, ...makePods(object, replicaSet, {}, createdAt)]
    }
    case 'Rollout': {
      const labels = { 'rollouts-pod-template-hash': at(object, 'status', 'currentPodHash') ?? '' }
      const replicaSet = own(object, makeReplicaSet(object, { labels }), createdAt)
      return [
        replicaSet,
        ...makePods(object, replicaSet, labels, createdAt),
        ...makeWorkload(object, createdAt),
      ]
    }
    case 'DaemonSet': {
      if (!text(object, 'apiVersion').startsWith('apps/')) return makePodsOfRevision(object, createdAt)
      const revision = { [REVISION_HASH]: 'newest' }
      const named = { apiVersion: 'apps/v1', kind: 'ControllerRevision', revision: 1 }
      const history = own(object, { ...named, metadata: { name: 'newest', labels: revision } }, createdAt)
      return [history, ...makePods(object, object, revision, createdAt)]
    }
    case 'Pod':
    case 'Job':
    case 'CronJob':
      return []
    default:
      return makePodsOfRevision(object, createdAt)
  }
}

/** Pods of a StatefulSet, a ReplicaSet or a custom resource, which owns them itself; those that are not updated come last. */
function makePodsOfRevision(object: JsonObject, createdAt: string): readonly JsonObject[] {
  const revision = at(object, 'status', 'updateRevision') ?? at(object, 'status', 'daemonSetHash') ?? ''
  const updated = firstCount(object, 'updatedReplicas', 'updatedNumberScheduled', 'replicas')
  const existing = firstCount(object, 'replicas', 'currentNumberScheduled')
  const ready = firstCount(object, 'readyReplicas', 'numberReady')
  const pods = makePods(object, object, { [REVISION_HASH]: revision }, createdAt)
  const older = makePods(object, object, { [REVISION_HASH]: 'older' }, createdAt, Math.max(existing, ready))
  return [...pods, ...older.slice(updated)]
}

const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HASH = 'controller-revision-hash'
const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation'

function makeReplicaSet(object: JsonObject, metadata: JsonObject): JsonObject {
  const replicas = at(object, 'spec', 'replicas') ?? 1
  const name = `${text(object, 'metadata', 'name')}-1`
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, ...metadata }, spec: { replicas } }
}

/** The Deployment whose template a Rollout takes, at the generation that the Rollout's controller noted. */
function makeWorkload(object: JsonObject, createdAt: string): readonly JsonObject[] {
  const name = at(object, 'spec', 'workloadRef', 'name')
  if (name === undefined) return []
  const generation = Number(at(object, 'metadata', 'annotations', WORKLOAD_GENERATION) ?? 1)
  const metadata = { name, generation, uid: 'workload', creationTimestamp: createdAt }
  const namespace = text(object, 'metadata', 'namespace')
  const spec = { replicas: 0 }
  return [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, namespace }, spec }]
}

/** Pods of the newest revision: as many as the status counts, of which it counts as many as ready. */
function makePods(
  object: JsonObject,
  owner: JsonObject,
  labels: JsonObject,
  createdAt: string,
  length: number = firstCount(object, 'updatedReplicas', 'updatedNumberScheduled', 'replicas'),
): readonly JsonObject[] {
  const ready = firstCount(object, 'readyReplicas', 'numberReady', 'availableReplicas')
  return Array.from({ length }, (_, index) => {
    const name = `${text(object, 'metadata', 'name')}-${index}`
    return own(owner, makePod(object, { name, labels }, index < ready, createdAt), createdAt)
  })
}

function makePod(object: JsonObject, metadata: JsonObject, ready: boolean, createdAt: string): JsonObject {
  const template = at(object, 'spec', 'template', 'spec', 'containers')
  const containers = Array.isArray(template) ? template.filter(isObject) : [{ name: 'app', image: 'app' }]
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: ready || !type.endsWith('Ready') ? 'True' : 'False',
    lastTransitionTime: createdAt,
  }))
  const containerStatuses = containers.map(({ name }) => ({
    name,
    ready,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: createdAt } },
  }))
  const spec = { nodeName: 'node', restartPolicy: 'Always', containers }
  const status = { phase: 'Running', startTime: createdAt, conditions, containerStatuses }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status }
}

/** The first of these counts that the status has. */
function firstCount(object: JsonObject, ...names: readonly string[]): number {
  const found = names.map((name) => at(object, 'status', name)).find((value) => typeof value === 'number')
  return found ?? 0
}

/** The object with what the API server would give it, controlled by its owner. */
function own(owner: JsonObject, object: JsonObject, createdAt: string): JsonObject {
  const { apiVersion, kind } = owner
  const [name, uid] = [text(owner, 'metadata', 'name'), text(owner, 'metadata', 'uid')]
  const metadata = {
    ...(isObject(object.metadata) ? object.metadata : {}),
    namespace: text(owner, 'metadata', 'namespace'),
    uid: `${uid}/${text(object, 'metadata', 'name')}`,
    creationTimestamp: createdAt,
    generation: 1,
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
  }
  return { ...object, metadata }
}
