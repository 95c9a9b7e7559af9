import type { ContainerHistory, Termination } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { ContainerStatus } from '../model/pod.ts'

/** A container that ran so long has recovered: the kubelet resets its own back-off then (2 * MaxContainerBackOff). */
const STABLE_RUN_SECONDS = 600
/** Up for so long after an end, a container counts as up again. */
export const RECOVERY_SECONDS = 10
/** A loop's runs say how long the next may last before it crashes; nobody waits longer than this for the next. */
const LONGEST_RECOVERY_SECONDS = 300

/** What the recent ends of a container amount to. */
export interface Evidence {
  /** Crashes in a row, with no stable run between them. */
  readonly crashes: number
  readonly ooms: number
  /** The newest crash; null when there is none. */
  readonly last: Termination | null
  /** When the first crash of the row was. */
  readonly since: Seconds
  /** Whether all crashes of the row ended with 0. */
  readonly onlyZero: boolean
  /** When it counts as up again: null while it is down. */
  readonly recoveredAt: Seconds | null
}

/** Ends that the rules call a crash: any but an orderly one, of a container that was not asked to go. */
export function isCrash(
  { exitCode, reason, leaving }: Termination,
  { kind, restartPolicy }: ContainerHistory,
): boolean {
  if (leaving || reason === 'ContainerStatusUnknown') return false
  if (reason === 'OOMKilled' || exitCode !== 0) return true
  return kind !== 'init' && restartPolicy === 'Always'
}

/** Weighs the ends of a container since a baseline. */
export function evidenceOf(history: ContainerHistory, status: ContainerStatus, baseline: Seconds): Evidence {
  const row: Termination[] = []
  for (const end of history.terminations) {
    if (end.at < baseline || !isCrash(end, history)) continue
    const ran = end.startedAt > 0 ? end.at - end.startedAt : 0
    if (ran >= STABLE_RUN_SECONDS) row.length = 0
    row.push(end)
  }
  const last = row[row.length - 1] ?? null
  const count = (ends: readonly Termination[]): number => ends.reduce((sum, end) => sum + end.count, 0)
  return {
    crashes: count(row),
    ooms: count(row.filter(({ reason }) => reason === 'OOMKilled')),
    last,
    since: row[0]?.at ?? 0,
    onlyZero: row.every(({ exitCode, reason }) => exitCode === 0 && reason !== 'OOMKilled'),
    recoveredAt: recoveredAt(status, row, history),
  }
}

/** A loop has recovered when it outlived its last runs clearly; a single end when it has been up for a moment. */
function recoveredAt(
  { state }: ContainerStatus,
  row: readonly Termination[],
  { kind, restartPolicy }: ContainerHistory,
): Seconds | null {
  const mayEnd = kind === 'init' || restartPolicy !== 'Always'
  if (state.type === 'terminated' && state.exitCode === 0 && mayEnd) return state.finishedAt
  if (state.type !== 'running') return null
  const looping = row.reduce((sum, { count }) => sum + count, 0) > 1
  const runs = looping ? row.slice(-3).map(({ at, startedAt }) => (startedAt > 0 ? at - startedAt : 0)) : []
  const needed = Math.max(RECOVERY_SECONDS, 2 * Math.max(0, ...runs))
  return state.startedAt + Math.min(needed, LONGEST_RECOVERY_SECONDS)
}
