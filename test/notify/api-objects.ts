import { parseAccess } from '../../src/cluster/client/access.ts'
import { ApiObjects } from '../../src/cluster/client/api-objects.ts'
import { Connection } from '../../src/cluster/client/connection.ts'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'

interface Teardown {
  teardown(handler: () => Promise<void>): void
}

/** The objects of a running embedded API; both are gone when the test ends. */
export async function startObjects(t: Teardown): Promise<ApiObjects> {
  return (await startWithFaults(t)).api
}

/** The same with the faults that the API can be given. */
export async function startWithFaults(t: Teardown) {
  const api = await new EmbeddedApi(new EmbeddedCluster()).start()
  const config = parseAccess(api.kubeconfig())
  const connection = new Connection(config, 'test', () => Date.now() / 1000)
  t.teardown(async () => {
    connection.close()
    await api.stop()
  })
  return { api: new ApiObjects(connection), faults: api.faults }
}

/** For a random number: each delay is as long as its bound. */
export const longest = () => 1
