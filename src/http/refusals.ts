import type { ResourceName } from '../model/records.ts'

/** What is missing when a resource may not be read. */
const MISSING: Readonly<Record<ResourceName, string>> = {
  pods: 'no question can be answered',
  replicasets: 'questions about hashes, Deployments, Rollouts and selectors are answered with 503',
  deployments: 'questions about Deployments, their hashes and selectors are answered with 503',
  statefulsets: 'questions about StatefulSets and selectors are answered with 503',
  daemonsets: 'questions about DaemonSets and selectors are answered with 503',
  controllerrevisions: 'questions about StatefulSets, DaemonSets and selectors are answered with 503',
  jobs: 'questions about Jobs and selectors are answered with 503',
  rollouts: 'questions about Rollouts and selectors are answered with 503',
  events: 'causes that only events tell, such as a volume that cannot be mounted, are not named',
}

/** One sentence for a resource that the API server refuses: what may not be read, and what that means. */
export function refusal(resource: ResourceName, namespace: string): string {
  const where = namespace === '' ? '' : ` in ${namespace}`
  return `${resource} may not be read${where} (RBAC needs list and watch): ${MISSING[resource]}`
}
