/** Kinds of objects that can be asked about. */
export type Kind = 'deployment' | 'statefulset' | 'daemonset' | 'replicaset' | 'job' | 'pod' | 'rollout'

const KIND_NAMES: Readonly<Record<Kind, readonly string[]>> = {
  deployment: ['deployment', 'deployments', 'deploy'],
  statefulset: ['statefulset', 'statefulsets', 'sts'],
  daemonset: ['daemonset', 'daemonsets', 'ds'],
  replicaset: ['replicaset', 'replicasets', 'rs'],
  job: ['job', 'jobs'],
  pod: ['pod', 'pods', 'po'],
  rollout: ['rollout', 'rollouts', 'ro'],
}

/** The kind that a person means by a name in any case, plural or short; undefined when there is none. */
export function parseKind(name: string): Kind | undefined {
  const wanted = name.toLowerCase()
  for (const [kind, names] of Object.entries(KIND_NAMES))
    if (names.includes(wanted)) return isKind(kind) ? kind : undefined
  return undefined
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(KIND_NAMES, name)
}
