import type { PodHistory } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Crash, CrashCount } from '../rules/crash-limit.ts'
import { isCrash, isSidecar } from '../rules/restart-policy.ts'

/** Crashes of pods, present and gone, since a baseline; null: since each pod's start. */
export function countCrashes(
  histories: readonly PodHistory[],
  since: Seconds | null,
  container: string | null,
): CrashCount {
  let crashes = 0
  let oomKills = 0
  let last: Crash | null = null
  let firstAt: Seconds | null = null
  const pods = new Set<string>()
  for (const history of histories) {
    for (const account of history.containers) {
      if (container !== null && account.container !== container) continue
      for (const end of account.terminations) {
        if (end.at < (since ?? 0) || !isCrash(end, account.kind, undefined, account.restartPolicy)) continue
        crashes += end.count
        if (end.reason === 'OOMKilled') oomKills += end.count
        pods.add(history.uid)
        firstAt = Math.min(firstAt ?? end.at, end.at)
        if (last === null || end.at > last.at || (end.at === last.at && history.name < last.pod)) {
          const { at, exitCode, reason } = end
          last = { pod: history.name, container: account.container, at, exitCode, reason }
        }
      }
    }
  }
  return { crashes, oomKills, pods: pods.size, last, firstAt }
}

/** The plain sum of restartCount, as the original crashcheck counted: regular containers only. */
export function sumRestarts(pods: readonly Pod[]): number {
  return pods.reduce(
    (sum, { containers }) => sum + containers.reduce((own, { restarts }) => own + restarts, 0),
    0,
  )
}

/**
 * Whether any regular container or sidecar of these pods has ever run; with a name, whether the container of that name
 * has, be it an init container.
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
