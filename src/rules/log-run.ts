import type { ContainerRun } from '../model/log.ts'
import { type ContainerPart, listContainers, type Pod, type Terminated } from '../model/pod.ts'
import { neverRan } from './crash-evidence.ts'
import { isGoodEnd } from './restart-policy.ts'

/** Which log: that of the run that ended, or that of the container as it runs. */
type WantedLog = 'log' | 'last-log'

/**
 * The run of a container whose log is wanted; of the container that it is about where none is named (null). Null when it
 * has never run, and no init container or sidecar is what it waits for.
 */
export function findRun(pod: Pod, container: string | null, wanted: WantedLog): ContainerRun | null {
  const parts = listContainers(pod)
  const part =
    container === null
      ? wanted === 'log'
        ? parts.find(isUnready)
        : newestFailure(parts)
      : parts.find(({ status }) => status.name === container)
  const run = part === undefined ? null : toRun(pod, part, wanted)
  if (run !== null || wanted !== 'log') return run
  const blocking = parts.find(isBlocking)
  return blocking === undefined ? null : toRun(pod, blocking, wanted)
}

/** The run that failed last among some pods. */
export function findNewestFailure(pods: readonly Pod[]): ContainerRun | null {
  const failed = pods.flatMap((pod) => {
    const part = newestFailure(listContainers(pod))
    return part === undefined ? [] : [{ pod, part, at: failedAt(part) ?? 0 }]
  })
  const [newest] = failed.toSorted(
    (one, other) => other.at - one.at || (one.pod.name < other.pod.name ? -1 : 1),
  )
  return newest === undefined ? null : toRun(newest.pod, newest.part, 'last-log')
}

function toRun(
  { namespace, name, uid }: Pod,
  { status }: ContainerPart,
  wanted: WantedLog,
): ContainerRun | null {
  const { state, last, restarts } = status
  if (state.type === 'waiting' && last === null) return null
  const previous =
    last !== null && (state.type === 'waiting' || (wanted === 'last-log' && state.type === 'running'))
  const end = previous ? last : state
  if (end.type === 'terminated' && hasNoLog(end)) return null
  return {
    ...{ namespace, pod: name, podUid: uid, container: status.name, restarts, previous },
    hasEnded: previous || state.type === 'terminated',
  }
}

/** Whether an end came before anything ran that writes a log. Where no container was created, it has no id of one. */
function hasNoLog(end: Terminated): boolean {
  return end.id === '' || neverRan(end)
}

function isUnready({ status: { ready, state }, kind }: ContainerPart): boolean {
  return kind !== 'init' && !ready && state.type === 'running'
}

/** An init container or sidecar that runs, and that others of its pod wait for. */
function isBlocking({ status: { ready, state }, kind }: ContainerPart): boolean {
  return state.type === 'running' && (kind === 'init' || (kind === 'sidecar' && !ready))
}

function newestFailure(parts: readonly ContainerPart[]): ContainerPart | undefined {
  const [newest] = parts
    .filter((part) => failedAt(part) !== null)
    .toSorted((one, other) => (failedAt(other) ?? 0) - (failedAt(one) ?? 0))
  return newest
}

/** When it last ended otherwise than well; null when it did not. */
function failedAt({ status: { state, last } }: ContainerPart): number | null {
  const end = state.type === 'terminated' ? state : last
  return end === null || isGoodEnd(end) ? null : end.finishedAt
}
