import type { Termination } from '../model/history.ts'
import type { ContainerSpec } from '../model/pod.ts'
import { type ContainerKind, effectivePolicy } from './restart-policy.ts'

/** The kubelet lost sight of the container: nothing is known of how it ended. */
const UNKNOWN_END = 'ContainerStatusUnknown'

type End = Pick<Termination, 'exitCode' | 'reason' | 'leaving'>

/**
 * Whether an end of a container is a crash. None is one that was asked for (the pod is being deleted, evicted or
 * preempted) or that nobody saw. Any other non-zero exit is one, also 143 (a failed liveness probe ends so) and an OOM
 * kill. Exit 0 is one only where the program should have run for ever: restartPolicy Always, but not in an init container.
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
