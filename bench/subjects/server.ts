// The embedded API with N seeded pods, in a process of its own: `server.ts COUNT [workloads|cluster] [NAMESPACE]`; with a
// NAMESPACE, all are in that one; `cluster` has all that a cluster of that size has. It sends its address by IPC, then takes messages: `{ burst: n }` changes n pods as fast as clients take
// it, `{ crash: index }` lets a container crash, `{ churn: { from, rate } }` changes `rate` pods a second among those from `from` on.
import { EmbeddedApi, EmbeddedCluster, type JsonObject } from '../../testing/fake-apiserver/index.ts'
import { seedDeployments, seedNames, seedPods, seedReplicaSets } from '../../testing/fake-apiserver/seed.ts'
import { clusterOf } from '../scale-seed.ts'

const count = Number(process.argv[2])
const only = process.argv[4]

function* placed(objects: Iterable<JsonObject>): Iterable<JsonObject> {
  for (const object of objects)
    yield only === undefined
      ? object
      : { ...object, metadata: { ...Object(object.metadata), namespace: only } }
}

const cluster = new EmbeddedCluster({ historyLimit: 1_000_000 })
if (process.argv[3] === 'cluster') {
  for (const { resource, objects } of clusterOf(count))
    if (resource !== 'namespaces') cluster.seed(resource, objects)
} else cluster.seed('pods', placed(seedPods(count)))
if (process.argv[3] === 'workloads') {
  cluster.seed('replicasets', placed(seedReplicaSets(count)))
  cluster.seed('deployments', placed(seedDeployments(count)))
}
const api = await new EmbeddedApi(cluster).start()
process.send?.({ url: api.url, kubeconfig: api.kubeconfig() })

const now = (): number => performance.timeOrigin + performance.now()

function changed(index: number, restartCount: number): JsonObject {
  const { namespace: own, pod } = seedNames(index)
  const namespace = only ?? own
  const object = cluster.get('pods', namespace, pod)
  const status = Object(object.status)
  const ended = {
    exitCode: 1,
    reason: 'Error',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:00:01Z',
  }
  const lastState = { terminated: { ...ended, containerID: `containerd://${index}-${restartCount}` } }
  const [first, ...others] = status.containerStatuses
  return {
    ...object,
    status: { ...status, containerStatuses: [{ ...first, restartCount, lastState }, ...others] },
  }
}

/** Between two bursts of a churn. */
const TICK_SECONDS = 0.01
let churning: NodeJS.Timeout | undefined
/** So that no crash is like one before. */
let crashes = 0

process.on('message', (message) => {
  const { burst, crash, churn } = Object(message)
  if (typeof churn === 'object' && churn !== null) {
    const { from, rate } = churn
    clearInterval(churning)
    churning = setInterval(() => {
      const objects = Array.from({ length: rate * TICK_SECONDS }, () => {
        crashes += 1
        return changed(from + Math.floor(Math.random() * (count - from)), 1000 + crashes)
      })
      cluster.commit(cluster.prepare('pods', objects, 'protobuf'))
    }, TICK_SECONDS * 1000)
  }
  if (typeof burst === 'number') {
    const objects = Array.from({ length: burst }, (_, at) => changed(at % count, 1 + Math.floor(at / count)))
    const changes = cluster.prepare('pods', objects, 'protobuf')
    const sentAt = now()
    cluster.commit(changes)
    process.send?.({ sentAt: String(sentAt), version: String(cluster.resourceVersion) })
  }
  if (typeof crash === 'number') {
    crashes += 1
    const changes = cluster.prepare('pods', [changed(crash, 1000 + crashes)], 'protobuf')
    const sentAt = now()
    cluster.commit(changes)
    process.send?.({ sentAt: String(sentAt), version: String(cluster.resourceVersion) })
  }
})
