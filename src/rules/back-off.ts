import type { PodHistory } from '../model/history.ts'
import type { ContainerPart, ContainerStatus, Pod, Terminated } from '../model/pod.ts'
import { containerParts, wasAskedFor } from './container-facts.ts'
import { isCounted, isOver } from './pod.ts'
import { isCrash, restartsAfter } from './restart-policy.ts'

const BACK_OFF = 'CrashLoopBackOff'

/** A container that does not run because it crashed, until the kubelet starts it again. */
interface BackOff {
  readonly pod: Pod
  readonly container: string
  /** With which it ended; CrashLoopBackOff when the status does not show that. */
  readonly reason: string
  /** The crash; null when the status does not show it. */
  readonly end: Terminated | null
}

/**
 * The containers of a pod (or the one of that name) that crashed and do not run again yet, however long ago they crashed: the
 * kubelet waits up to 5 minutes between two starts, longer than the window of many questions. A pod that has ended or is
 * being deleted has none. `history`: what is known of its earlier ends, e.g. that the last one was asked for.
 */
export function containersInBackOff(
  pod: Pod,
  container: string | null,
  history: PodHistory | undefined,
): BackOff[] {
  if (!isCounted(pod) || isOver(pod)) return []
  return containerParts(pod, container)
    .filter((part) => isInBackOff(part, pod, history))
    .map(({ status }) => {
      const end = lastEnd(status)
      return { pod, container: status.name, reason: end === null ? BACK_OFF : end.reason || 'Error', end }
    })
}

function isInBackOff(
  { status, spec, kind }: ContainerPart,
  { spec: { restartPolicy } }: Pod,
  history: PodHistory | undefined,
): boolean {
  const { state } = status
  if (state.type === 'running') return false
  if (state.type === 'waiting' && state.reason === BACK_OFF) return true
  const end = lastEnd(status)
  if (end === null) return false
  const account = history?.containers.find((one) => one.container === status.name)
  const disrupted = account !== undefined && wasAskedFor(end, account.terminations)
  if (!isCrash({ ...end, disrupted }, kind, spec, restartPolicy)) return false
  return state.type === 'waiting' || restartsAfter(end, kind, spec, restartPolicy)
}

function lastEnd({ state, last }: ContainerStatus): Terminated | null {
  return state.type === 'terminated' ? state : last
}
