// Cold sync of N pods by the informer of @kubernetes/client-node, as sync-lynceus.ts.
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node'
import { measureSync } from './measure.ts'

const count = Number(process.argv[2])
const config = new KubeConfig()
config.loadFromString(process.env.KUBECONFIG_TEXT ?? '')
// It refuses plain HTTP otherwise.
config.clusters = config.clusters.map((cluster) => ({ ...cluster, skipTLSVerify: true }))
const api = config.makeApiClient(CoreV1Api)
const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces())
const cost = await measureSync(count, async () => {
  await informer.start()
  if (informer.list().length !== count) throw new Error(`${informer.list().length} of ${count} pods`)
})
process.send?.(cost)
await informer.stop()
process.exit()
