// Cold sync of N pods by Lynceus: `sync-lynceus.ts COUNT`, the kubeconfig in KUBECONFIG_TEXT. Tells its cost by IPC.
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { parseAccess } from '../../src/cluster/client/access.ts'
import { Connection } from '../../src/cluster/client/connection.ts'
import { ClusterWatcher } from '../../src/cluster/watch/cluster-watcher.ts'
import { listResources } from '../../src/kinds/index.ts'
import { measureSync } from './measure.ts'

const count = Number(process.argv[2])
const now = (): number => Date.now() / 1000
const kubeconfigText = process.env.KUBECONFIG_TEXT ?? ''
const connection = new Connection(parseAccess(kubeconfigText), 'bench', now)
const cache = new ClusterCache()
const synced = Promise.withResolvers<void>()
const watcher = new ClusterWatcher(
  {
    connection,
    namespaces: [],
    now,
    random: Math.random,
    resources: listResources([]).filter(({ name }) => name === 'pods'),
  },
  cache,
  {
    state: (_resource, _namespace, { type }) => {
      if (type === 'working') synced.resolve()
    },
  },
)
const cost = await measureSync(count, async () => {
  watcher.start()
  await synced.promise
})
if (cache.objects.pods.size !== count) throw new Error(`${cache.objects.pods.size} of ${count} pods`)
process.send?.(cost)
await watcher.stop()
connection.close()
