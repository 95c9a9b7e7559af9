import type { ContainerHistory, Termination } from '../model/history.ts'
import { findCondition } from '../model/meta.ts'
import { type ContainerPart, isRestartAsked, type Pod, type Terminated } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'

/** How long after a kubelet began to resize a pod it restarts a container for it, seconds: the usual grace period and some. */
const MAX_RESIZE_SECONDS = 60
/** How long after a container's end its sandbox is found to be gone, seconds: a node boots in between. */
const MAX_SANDBOX_SECONDS = 120
/** How long after the kubelet's event a container ends whose start nobody saw, seconds: the usual grace period, twice. */
const MAX_GRACE_SECONDS = 60

/** What programs end with when they are asked to stop: well, by SIGTERM, or by SIGKILL after the grace period. */
const STOP_CODES: ReadonlySet<number> = new Set([0, 143, 137])
/** Of what ran when the node went down: by a signal, or 255 when nobody knows. */
const LOST_CODES: ReadonlySet<number> = new Set([255, 137, 143])

/** The kubelet's words in the event Killing (pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions). */
const BY_FAULT = /failed (?:liveness|startup) probe|PostStartHook/i
const FOR_A_CHANGE = /resize requires restart|definition changed/i

/**
 * Whether a container's end was asked for, by its pod: a restart rule names its exit code, a sidecar ends with its pod, or a
 * resize restarts it. `before`: the pod as it was shown before the end; of a resize that is complete only that shows anything, and
 * the kubelet's event may come late.
 */
export function isAskedByPod(
  end: Terminated,
  { kind, spec }: Omit<ContainerPart, 'status'>,
  pod: Pod,
  before: Pod | null,
): boolean {
  if (end.reason === 'OOMKilled') return false
  return (
    (spec !== undefined && isRestartAsked(spec, end.exitCode)) ||
    (kind === 'sidecar' && isAfterAll(end, pod)) ||
    isForResize(end, pod) ||
    (before !== null && isForResize(end, before))
  )
}

/** A sidecar is stopped when the pod's containers have ended for good; how it takes that matters to nobody. */
function isAfterAll(
  { finishedAt }: Terminated,
  { phase, spec: { restartPolicy }, containers }: Pod,
): boolean {
  const ends = containers.map(({ state }) => (state.type === 'terminated' ? state : null))
  if (ends.length === 0) return false
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  return ends.every(
    (end) =>
      end !== null &&
      end.finishedAt <= finishedAt &&
      (isOver || restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && end.exitCode === 0)),
  )
}

function isForResize({ finishedAt }: Terminated, { conditions }: Pod): boolean {
  const resize = findCondition(conditions, 'PodResizeInProgress', 'True')
  if (resize === undefined || resize.reason === 'Error') return false
  return finishedAt >= resize.since && finishedAt <= resize.since + MAX_RESIZE_SECONDS
}

/** Whether an event may say that ends of a container were asked for. */
export function asksForEnds({ owner, reason }: ClusterEvent): boolean {
  return owner?.kind === 'Pod' && (reason === 'Killing' || reason === 'SandboxChanged')
}

/** Whether an event is about a container: SandboxChanged is about all of its pod. */
export function isAbout({ fieldPath, reason }: ClusterEvent, { container }: ContainerHistory): boolean {
  return reason === 'SandboxChanged' || fieldPath.endsWith(`{${container}}`)
}

/** Whether an end was asked for, by the kubelet's event: the run that it ended was in progress then. */
export function isAskedByEvent(end: Termination, event: ClusterEvent): boolean {
  const { reason, message, firstSeen, lastSeen } = event
  if (end.reason === 'OOMKilled') return false
  if (reason === 'SandboxChanged')
    return LOST_CODES.has(end.exitCode) && end.at <= lastSeen && lastSeen <= end.at + MAX_SANDBOX_SECONDS
  if (BY_FAULT.test(message)) return false
  if (!FOR_A_CHANGE.test(message) && !STOP_CODES.has(end.exitCode)) return false
  // Ends that nobody saw one by one: the event counts as many.
  if (end.count > 1)
    return event.count >= end.count && firstSeen <= end.at && end.at <= lastSeen + MAX_GRACE_SECONDS
  return [firstSeen, lastSeen].some((at) =>
    end.startedAt === 0
      ? at <= end.at && end.at <= at + MAX_GRACE_SECONDS
      : end.startedAt <= at && at <= end.at,
  )
}
