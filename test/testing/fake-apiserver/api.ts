import type { Test } from 'tap'
import { ContractClient } from '../../../testing/contract/client.ts'
import {
  EmbeddedApi,
  type EmbeddedApiOptions,
  EmbeddedCluster,
  type JsonObject,
} from '../../../testing/fake-apiserver/index.ts'

/** A pod as short as can be. */
export function pod(name: string, rest: JsonObject = {}): JsonObject {
  return {
    metadata: { name, namespace: 'a', labels: { app: 'x' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
    ...rest,
  }
}

/** A running embedded API with a client; gone when the test ends. */
export async function startApi(t: Test, options: EmbeddedApiOptions = {}, cluster = new EmbeddedCluster()) {
  const api = await new EmbeddedApi(cluster, options).start()
  t.teardown(() => api.stop())
  const client = new ContractClient({ url: api.url, ...(options.token ? { token: options.token } : {}) })
  return { api, cluster, client, faults: api.faults }
}
