import type { Termination } from '../model/history.ts'
import type { ContainerSpec } from '../model/pod.ts'
import { type ContainerKind, effectivePolicy } from './restart-policy.ts'

/** The kubelet lost track of the container: nobody knows how it ended. */
const UNKNOWN_END = 'ContainerStatusUnknown'

type End = Pick<Termination, 'exitCode' | 'reason' | 'leaving'>

/**
 * Whether an end of a container is a crash. It is not when it was requested (the pod is being deleted, evicted or
 * preempted) or when nobody knows how it ended. Any other non-zero exit is a crash, also 143 (after a failed liveness
 * probe) and an OOM kill. Exit 0 is a crash only where the program should keep running: with restartPolicy Always, but not
 * in an init container.
 */
export function isCrash(
  { exitCode, reason, leaving }: End,
  kind: ContainerKind,
  spec: ContainerSpec | undefined,
  podPolicy: string,
): boolean {
  if (leaving || reason === UNKNOWN_END) return false
  if (exitCode !== 0 || reason === 'OOMKilled') return true
  return kind !== 'init' && effectivePolicy(spec, podPolicy) === 'Always'
}
