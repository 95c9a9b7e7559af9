import type { AccessOptions } from '../cluster/client/access.ts'
import { findCluster } from '../cluster/client/access.ts'
import { Connection } from '../cluster/client/connection.ts'
import { steadyNow } from '../lib/clock.ts'
import { VERSION } from '../version.ts'

/** A connection to the cluster that kubectl would use. */
export interface ClusterConnection {
  readonly connection: Connection
  /** The namespace of the kubeconfig's context. */
  readonly namespace: string
}

/** Finds the cluster of a command; `program` is its name in the User-Agent. Throws what findCluster throws. */
export async function connectToCluster(
  program: string,
  options: Pick<AccessOptions, 'kubeconfig' | 'context' | 'env' | 'namespaces'>,
): Promise<ClusterConnection> {
  const userAgent = `${program}/${VERSION}`
  const access = await findCluster({ ...options, alwaysProven: false, userAgent, now: steadyNow })
  return { connection: new Connection(access, userAgent, steadyNow), namespace: access.namespace }
}
