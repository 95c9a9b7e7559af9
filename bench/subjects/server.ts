// The embedded API with N seeded pods, in a process of its own: `server.ts COUNT [workloads]`. Tells its address by IPC, then does what
// it is told: `{ burst: n }` changes n pods as fast as clients take it, `{ crash: index }` lets a container crash.
import { EmbeddedApi, EmbeddedCluster, type JsonObject } from '../../testing/fake-apiserver/index.ts'
import { seedDeployments, seedNames, seedPods, seedReplicaSets } from '../../testing/fake-apiserver/seed.ts'

const count = Number(process.argv[2])
const cluster = new EmbeddedCluster({ historyLimit: 1_000_000 })
cluster.seed('pods', seedPods(count))
if (process.argv[3] === 'workloads') {
  cluster.seed('replicasets', seedReplicaSets(count))
  cluster.seed('deployments', seedDeployments(count))
}
const api = await new EmbeddedApi(cluster).start()
process.send?.({ url: api.url, kubeconfig: api.kubeconfig() })

const now = (): number => performance.timeOrigin + performance.now()

function changed(index: number, restartCount: number): JsonObject {
  const { namespace, pod } = seedNames(index)
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

/** So that no crash is like one before. */
let crashes = 0

process.on('message', (message) => {
  const { burst, crash } = Object(message)
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
