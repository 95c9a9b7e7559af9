// The embedded API with N seeded pods, in a process of its own: `server.ts COUNT`. Tells its address by IPC.
import { EmbeddedApi, EmbeddedCluster } from '../../src/embedded/index.ts'
import { seedPods } from '../../src/embedded/seed.ts'

const count = Number(process.argv[2])
const cluster = new EmbeddedCluster()
cluster.seed('pods', seedPods(count))
const api = await new EmbeddedApi(cluster).start()
process.send?.({ url: api.url, kubeconfig: api.kubeconfig() })

/** Patches pods as fast as told: `{ patch: [namespace, name, value] }`. */
process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('patches' in message)) return
  const { patches } = message
  if (!Array.isArray(patches)) return
  for (const [namespace, name, restartCount] of patches) {
    const pod = cluster.get('pods', namespace, name)
    const status = pod['status']
    if (typeof status !== 'object' || status === null || Array.isArray(status)) continue
    const statuses = status['containerStatuses']
    if (!Array.isArray(statuses)) continue
    const containerStatuses = statuses.map((one) => ({ ...Object(one), restartCount }))
    cluster.update('pods', { ...pod, status: { ...status, containerStatuses } }, 'status')
  }
  process.send?.({ patched: Date.now() })
})
