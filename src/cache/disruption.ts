import { findCondition, type Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'

/**
 * Since when a pod is being deleted or evicted: Infinity when it is not, null when the moment is unknown. It is known when the
 * pod was marked as target of a disruption (an eviction, a preemption, a node that shuts down), which happens before the
 * deletion, and from the deletion: metadata.deletionTimestamp is the end of the grace period, whose length stands beside it.
 */
export function disruptedSince(pod: Pod): Seconds | null {
  const mark = findCondition(pod.conditions, 'DisruptionTarget')
  if (mark !== undefined) return mark.since > 0 ? mark.since : null
  // A node that evicts or refuses a pod (Evicted, OutOfcpu, Shutdown) fails it with a reason.
  if (pod.deletedAt !== null) return pod.deletionAskedAt ?? null
  if (pod.phase === 'Failed' && pod.reason !== '') return null
  return Number.POSITIVE_INFINITY
}

/**
 * Whether the disruption of its pod ended a container. If the moment is known, the time of the end decides; both are whole
 * seconds, so an end within the same second counts as caused. If it is unknown, only an end after which the container stayed
 * terminated counts: the kubelet starts nothing in a pod that is to go, and no container in it waits for a start
 * (ShouldContainerBeRestarted in kubernetes/pkg/kubelet/container/helpers.go).
 */
export function isByDisruption(since: Seconds | null, at: Seconds, stayed: boolean): boolean {
  return since === null ? stayed : at >= since
}
