import { parseAccess } from '../../../src/cluster/client/access.ts'
import { Connection } from '../../../src/cluster/client/connection.ts'
import type { Environment } from '../../../src/cluster/client/kubeconfig.ts'
import type { ApiRequest } from '../../../src/cluster/client/transport.ts'
import type { Authority } from './front.ts'

export const PATH = '/api/v1/pods?limit=1'

interface Target {
  readonly server: string
  readonly authority?: Authority
  readonly cluster?: object
  readonly user?: object
  readonly env?: Environment
}

/** A connection by a kubeconfig to a server. */
export function connectTo(
  t: { teardown(handler: () => void): void },
  { server, authority, cluster = {}, user = { token: 't' }, env = {} }: Target,
) {
  const ca =
    authority === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(authority.cert).toString('base64') }
  const kubeconfig = JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server, ...ca, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  })
  const connection = new Connection(parseAccess(kubeconfig, env), 'test', () => Date.now() / 1000)
  t.teardown(() => connection.close())
  return async (path = PATH, write?: ApiRequest['write']): Promise<number> => {
    const { status, body } = await connection.request({
      path,
      accept: '*/*',
      signal: AbortSignal.timeout(10_000),
      ...(write === undefined ? {} : { write }),
    })
    await body.toArray()
    return status
  }
}
