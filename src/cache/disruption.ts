import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'

/**
 * Since when a pod is on its way out: Infinity when it is not, null when nothing tells. Known is the moment at which it
 * was marked as target of a disruption (an eviction, a preemption, a node that shuts down): the mark comes before the
 * deletion. metadata.deletionTimestamp is when the pod must be gone, its grace period after it was asked to go.
 */
export function leavingSince(pod: Pod): Seconds | null {
  const mark = pod.conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True')
  if (mark !== undefined) return mark.since > 0 ? mark.since : null
  // Put out by its node (Evicted, OutOfcpu, Shutdown): a failed pod with a reason of its own.
  if (pod.deletedAt !== null || (pod.phase === 'Failed' && pod.reason !== '')) return null
  return Number.POSITIVE_INFINITY
}

/**
 * Whether an end came of the pod's leaving. Where the moment is known, the end's own decides; both are whole seconds, so
 * within the same one it is taken for part of leaving. Where it isn't, it can only be an end after which the container
 * stayed terminated: the kubelet starts nothing any more in a pod that is to go, nor does it let it wait for a start
 * (ShouldContainerBeRestarted in kubernetes/pkg/kubelet/container/helpers.go).
 */
export function isOfLeaving(since: Seconds | null, at: Seconds, stayed: boolean): boolean {
  return since === null ? stayed : at >= since
}
