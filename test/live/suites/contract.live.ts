// What Lynceus relies on in a Kubernetes API, held against a real one; test/contract/ holds it against the embedded one.
import t from 'tap'
import { contractSuite } from '../../../testing/contract/suite.ts'
import { compactEtcd, kubeconfigOf } from '../support/cluster.ts'
import { readEnvironment } from '../support/environment.ts'
import { readKubeconfig } from '../support/kubeconfig.ts'

t.test('the real API server keeps the contract', async (t) => {
  const { bareClusterHome } = readEnvironment()
  const { server, ca, servername, token } = readKubeconfig(kubeconfigOf(bareClusterHome))
  const compact = (revision: number) => compactEtcd(bareClusterHome, revision)
  await contractSuite(t, { url: server, ca, servername, token, compact })
})
