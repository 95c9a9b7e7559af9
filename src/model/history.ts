import type { Labels, OwnerRef, Seconds } from './meta.ts'
import type { ContainerKind } from './pod.ts'

/** One or more ends of a container; kept longer than the pod's status shows them. */
export interface Termination {
  /** When it ended; for ends that no event showed, the latest moment at which it can have been. */
  readonly at: Seconds
  /** When it had started; 0 when unknown. */
  readonly startedAt: Seconds
  readonly exitCode: number
  readonly reason: string
  /** More than 1 when restarts happened between two events: all are recorded like the one that was seen. */
  readonly count: number
  /**
   * It was asked for: the pod was already being deleted, or marked as target of a disruption, when it ended; or the kubelet
   * stopped the container for a change, a restart rule names its exit code, or it is a sidecar that ended with its pod.
   */
  readonly disrupted: boolean
}

/**
 * The kubelet removed the container because a restart rule of another one restarts all (RestartAllContainers, since
 * Kubernetes 1.36). It reports exit code 137 and no times, whatever the program did.
 */
export const RESTARTING_ALL = 'RestartingAllContainers'

/** The kubelet lost track of the container: nobody knows how it ended. */
const UNKNOWN_END = 'ContainerStatusUnknown'

/** Whether the kubelet gave this reason itself, without any end of the program that it stands for. */
export function isKubeletEnd(reason: string): boolean {
  return reason === UNKNOWN_END || reason === RESTARTING_ALL
}

/** containerd's word for the end of a container that ran when its node, or its shim, went away. */
const LOST_END = 'Unknown'

/** Whether nobody knows how the program ended. */
export function isUnseenEnd(reason: string): boolean {
  return reason === LOST_END || isKubeletEnd(reason)
}

/** What is remembered of a container over all its starts. */
export interface ContainerHistory {
  readonly container: string
  readonly kind: ContainerKind
  /** Always, OnFailure or Never, the container's own or the pod's. */
  readonly restartPolicy: string
  /** restartCount as last seen. */
  readonly restarts: number
  /** Oldest first; bounded, the oldest of a kind are merged into one entry. */
  readonly terminations: readonly Termination[]
}

/** What is remembered of a pod with at least one terminated container, also for an hour after its removal. */
export interface PodHistory {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly owner: OwnerRef | null
  readonly createdAt: Seconds
  /** When it was removed from the cluster; null while it exists. */
  readonly removedAt: Seconds | null
  readonly containers: readonly ContainerHistory[]
}

/**
 * Pods of one owner and revision that nodes refused for one reason, and that were deleted since: StatefulSets and DaemonSets
 * delete a failed pod before they make the next.
 */
export interface RefusedPods {
  readonly owner: string
  /** The controller-revision-hash; empty where there is none. */
  readonly revision: string
  /** status.reason, e.g. SysctlForbidden. */
  readonly reason: string
  /** What the newest refusal said. */
  readonly message: string
  /** Name of the newest pod. */
  readonly name: string
  readonly count: number
  readonly firstAt: Seconds
  readonly lastAt: Seconds
  /** The last node, and one other when there was any. */
  readonly nodes: readonly string[]
}

/**
 * How long after a refusal the next one still belongs to the same row, seconds: controllers that wait between attempts wait
 * about as long as they have tried (a DaemonSet up to 15 min, FailedPodsBackoff).
 */
export function resolveRefusalGap(firstAt: Seconds, lastAt: Seconds): Seconds {
  return Math.min(60 + 1.5 * (lastAt - firstAt), 1200)
}
