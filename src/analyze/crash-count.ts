import type { PodHistory, Termination } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Crash, CrashCount } from '../rules/crash-limit.ts'
import { isCrash, isSidecar } from '../rules/restart-policy.ts'

/** The crashes of a pod since a baseline (null: its start), of one container or of all. */
export function listCrashes(
  { containers }: PodHistory,
  since: Seconds | null = null,
  only: string | null = null,
): { readonly container: string; readonly end: Termination }[] {
  return containers
    .filter(({ container }) => only === null || container === only)
    .flatMap(({ container, kind, restartPolicy, terminations }) =>
      terminations
        .filter((end) => end.at >= (since ?? 0) && isCrash(end, kind, undefined, restartPolicy))
        .map((end) => ({ container, end })),
    )
}

/** Counts crashes of present and deleted pods since a baseline; null: since each pod's start. */
export function countCrashes(
  histories: readonly PodHistory[],
  since: Seconds | null,
  only: string | null,
): CrashCount {
  let crashes = 0
  let oomKills = 0
  let last: Crash | null = null
  let firstAt: Seconds | null = null
  const pods = new Set<string>()
  for (const history of histories)
    for (const { container, end } of listCrashes(history, since, only)) {
      const { at, exitCode, reason, count } = end
      crashes += count
      if (reason === 'OOMKilled') oomKills += count
      pods.add(history.uid)
      firstAt = Math.min(firstAt ?? at, at)
      if (last === null || at > last.at || (at === last.at && history.name < last.pod))
        last = { pod: history.name, container, at, exitCode, reason }
    }
  return { crashes, oomKills, pods: pods.size, last, firstAt }
}

/** The plain sum of restartCount over regular containers, as the original crashcheck counts. */
export function sumRestarts(pods: readonly Pod[]): number {
  return pods.reduce(
    (sum, { containers }) => sum + containers.reduce((own, { restarts }) => own + restarts, 0),
    0,
  )
}

/**
 * Whether any regular container or sidecar of these pods has ever run; with a name, whether the container of that name
 * has, which may be an init container.
 */
export function hasStarted(pods: readonly Pod[], container: string | null): boolean {
  return pods.some(({ containers, initContainers, spec }) => {
    const asked =
      container === null
        ? [...containers, ...initContainers.filter(({ name }) => isSidecar(spec, name))]
        : [...containers, ...initContainers].filter(({ name }) => name === container)
    return asked.some(({ state, last }) => state.type !== 'waiting' || last !== null)
  })
}
