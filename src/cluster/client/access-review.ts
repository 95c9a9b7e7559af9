import type { V1SelfSubjectAccessReview } from '@kubernetes/client-node'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Seconds } from '../../model/meta.ts'
import { ApiObjects } from './api-objects.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { Connection } from './connection.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const REVIEW = Type.Object({ status: Type.Object({ allowed: Type.Boolean() }) })

/**
 * Asks the API server whether pods may be watched, in each of the namespaces or, without any, in all. Null when they may,
 * else why not. Rejects when there is no such answer.
 */
export async function findObjection(
  access: ClusterAccess,
  namespaces: readonly string[],
  userAgent: string,
  now: () => Seconds,
): Promise<string | null> {
  const connection = new Connection(access, userAgent, now)
  try {
    const objects = new ApiObjects(connection)
    for (const namespace of namespaces.length === 0 ? [''] : namespaces) {
      const review = await objects.create(REVIEWS, buildReview(namespace))
      if (Value.Parse(REVIEW, review).status.allowed) continue
      return `it may not watch pods in ${namespace === '' ? 'all namespaces' : `namespace ${namespace}`}`
    }
    return null
  } finally {
    connection.close()
  }
}

function buildReview(namespace: string): V1SelfSubjectAccessReview {
  const resourceAttributes = { group: '', resource: 'pods', verb: 'watch', namespace }
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
}
