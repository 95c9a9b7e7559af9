import type { WorkloadObjects } from '../../../kinds/index.ts'
import type { Seconds } from '../../../model/meta.ts'
import type { Pod } from '../../../model/pod.ts'
import { counts } from '../../../rules/pod.ts'
import type { Policy, RuleWeight } from '../../../rules/policy.ts'
import type { Failure } from './outcome.ts'
import { listPods, listStatuses, ofContainer } from './words.ts'

const NO_MATTER: RuleWeight = { class: 'progressing', code: null }

/** With -strict-compat what the original did not know counts as fine, as it did. */
export function strictPolicy(policy: Policy): Policy {
  const unknownToIt = {
    'image-name-invalid': NO_MATTER,
    'image-never-pull': NO_MATTER,
    'image-signature': NO_MATTER,
    'image-inspect': NO_MATTER,
    'container-create': NO_MATTER,
  }
  return { ...policy, rules: { ...policy.rules, ...unknownToIt } }
}

/** What failed in the original alone: an OOM kill in a Job with retries left, and a slow pod that has a node. */
export function strictFailure(
  objects: WorkloadObjects,
  pendingSeconds: number | null,
  now: Seconds,
): Failure | null {
  for (const pod of listPods(objects)) {
    const killed = objects.kind === 'job' && !isComplete(objects) ? killedContainer(pod) : undefined
    if (killed !== undefined) return ofContainer('resource-limits-exceeded', pod, killed)
    if (pendingSeconds !== null && isSlow(pod) && now - pod.createdAt >= pendingSeconds)
      return { type: 'failure', code: 'scheduling', message: 'Failed to schedule pod: ', crash: null }
  }
  return null
}

function isComplete({ job }: Extract<WorkloadObjects, { kind: 'job' }>): boolean {
  return job.conditions.some(({ type, status }) => type === 'Complete' && status === 'True')
}

function killedContainer(pod: Pod) {
  return listStatuses(pod).find(({ state }) => state.type === 'terminated' && state.reason === 'OOMKilled')
}

/** Reasons that the original took for progress or failure before it looked at the pod's condition. */
const KNOWN_REASONS: ReadonlySet<string> = new Set([
  'ContainerCreating',
  'PodInitializing',
  'CrashLoopBackOff',
  'RunContainerError',
  'ErrImagePull',
  'ImagePullBackOff',
  'CreateContainerConfigError',
])

/** Pending on a node, for no reason that the original knew. */
function isSlow(pod: Pod): boolean {
  const hasReason = listStatuses(pod).some(
    ({ state }) => state.type === 'waiting' && KNOWN_REASONS.has(state.reason),
  )
  return pod.phase === 'Pending' && pod.node !== '' && counts(pod) && !hasReason
}
