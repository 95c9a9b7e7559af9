import { isUnseenEnd, RESTARTING_ALL, type Termination } from '../model/history.ts'
import { type ContainerKind, type ContainerSpec, isRestartAsked, type PodSpec } from '../model/pod.ts'

type End = Pick<Termination, 'exitCode' | 'reason' | 'disrupted'>

/**
 * Whether an end of a container is a crash. It is not when it was requested (the pod is being deleted, evicted or
 * preempted, the kubelet restarts the container for a change, or a restart rule names the exit code), when it is unknown how
 * it ended, or when another container had all containers of the pod restarted. Any other non-zero exit is a crash, also 143 (after a failed liveness probe) and an OOM kill. Exit 0 is a crash only where the program
 * should keep running: with restartPolicy Always, but not in an init container.
 */
export function isCrash(
  { exitCode, reason, disrupted }: End,
  kind: ContainerKind,
  spec: ContainerSpec | undefined,
  podPolicy: string,
): boolean {
  if (disrupted || isUnseenEnd(reason)) return false
  if (spec !== undefined && reason !== 'OOMKilled' && isRestartAsked(spec, exitCode)) return false
  if (!isGoodEnd({ exitCode, reason })) return true
  return kind !== 'init' && effectivePolicy(spec, podPolicy) === 'Always'
}

/** Whether an end says of itself that the program did its work: exit code 0, and not killed at its memory limit. */
export function isGoodEnd({ exitCode, reason }: Pick<Termination, 'exitCode' | 'reason'>): boolean {
  return exitCode === 0 && reason !== 'OOMKilled'
}

/**
 * Whether the kubelet restarts a container after an exit code. The container's restart rules come first, then its own
 * policy, then the pod's (KEP-5307). Init containers of a pod with Always are retried as with OnFailure.
 */
export function restartsAfter(
  { exitCode, reason }: Pick<Termination, 'exitCode' | 'reason'>,
  kind: ContainerKind,
  spec: ContainerSpec | undefined,
  podPolicy: string,
): boolean {
  if (reason === RESTARTING_ALL) return true
  const rule = spec?.restartRules.find(({ operator, exitCodes }) =>
    operator === 'NotIn' ? !exitCodes.includes(exitCode) : exitCodes.includes(exitCode),
  )
  if (rule?.action === 'Restart' || rule?.action === 'RestartAllContainers') return true
  const policy = effectivePolicy(spec, podPolicy)
  if (kind === 'init') return exitCode !== 0 && policy !== 'Never'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Always, OnFailure or Never: the container's own, else the pod's. */
export function effectivePolicy(spec: ContainerSpec | undefined, podPolicy: string): string {
  return spec === undefined || spec.restartPolicy === '' ? podPolicy : spec.restartPolicy
}

/** Whether an init container of this name is a sidecar, which runs as long as the pod. */
export function isSidecar({ initContainers }: PodSpec, name: string): boolean {
  return initContainers.some((spec) => spec.name === name && spec.restartPolicy === 'Always')
}
