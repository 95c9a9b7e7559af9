import { at, isObject, type JsonObject } from './json.ts'
import type { KubeApi } from './kube-api.ts'
import { until } from './until.ts'

const NAME = 'limited'

/** A quota of a namespace, in force: admission counts only what the quota controller has put into the status. */
export async function limit(api: KubeApi, namespace: string, hard: JsonObject): Promise<void> {
  const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`
  await api.create(quotas, { metadata: { name: NAME }, spec: { hard } })
  const isCounted = (quota: JsonObject) => {
    const counted = at(quota, 'status', 'hard')
    const used = at(quota, 'status', 'used')
    return Object.keys(hard).every(
      (name) => isObject(counted) && counted[name] === hard[name] && isObject(used) && name in used,
    )
  }
  await until(`the quota in ${namespace} in force`, () => api.get(`${quotas}/${NAME}`), isCounted)
}
