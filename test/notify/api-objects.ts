import { parseAccess } from '../../src/cluster/client/access.ts'
import { ApiObjects } from '../../src/cluster/client/api-objects.ts'
import { Connection } from '../../src/cluster/client/connection.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'

interface Teardown {
  teardown(handler: () => Promise<void>): void
}

/** The objects of an embedded API, which stops when the test ends. */
export async function startObjects(t: Teardown): Promise<ApiObjects> {
  return (await startWithFaults(t)).api
}

/** The same for a given cluster. */
export async function startObjectsOf(t: Teardown, cluster: EmbeddedCluster): Promise<ApiObjects> {
  return (await startWithFaults(t, cluster)).api
}

/** The same with the faults that the API can inject. */
export async function startWithFaults(t: Teardown, cluster = new EmbeddedCluster()) {
  const api = await new EmbeddedApi(cluster).start()
  const config = parseAccess(api.kubeconfig())
  const connection = new Connection(config, 'test', () => Date.now() / 1000)
  t.teardown(async () => {
    connection.close()
    await api.stop()
  })
  return { api: new ApiObjects(connection), faults: api.faults }
}

/** A random number for which each delay is as long as its bound. */
export const longest = () => 1
