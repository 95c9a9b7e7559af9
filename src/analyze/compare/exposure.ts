import type { PodHistory } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Pod } from '../../model/pod.ts'
import type { Members } from '../../question/resolved-target.ts'
import { isOver } from '../../rules/pod.ts'
import { isCrash } from '../../rules/restart-policy.ts'
import { hasStarted } from '../crash-count.ts'

/** A way in which containers end: the same in two revisions when container, reason and exit code are. */
export type CrashKind = string

/** How a revision has fared in a span of time. */
export interface Exposure {
  readonly crashes: ReadonlyMap<CrashKind, number>
  /** Time for which its pods were there and could crash. */
  readonly podSeconds: Seconds
}

export interface Span {
  /** Null: since each pod's start. */
  readonly since: Seconds | null
  readonly now: Seconds
  readonly container: string | null
}

/**
 * Crashes by kind, and exposure: from each pod's creation (or the baseline) to its end or now. Pods in which nothing has
 * started yet cannot crash, so their time does not count, nor does that of pods after they ended, as evicted ones linger.
 * Of pods that are gone, those that crashed are remembered.
 */
export function measureExposure({ pods, histories }: Members, span: Span): Exposure {
  const crashes = new Map<CrashKind, number>()
  for (const history of histories)
    for (const [kind, count] of crashesOf(history, span)) crashes.set(kind, (crashes.get(kind) ?? 0) + count)
  const present = pods
    .filter(isExposed)
    .reduce((sum, pod) => sum + seconds(pod.createdAt, isOver(pod) ? lastMoment(pod) : span.now, span), 0)
  const gone = histories
    .filter(({ removedAt }) => removedAt !== null)
    .reduce((sum, { createdAt, removedAt }) => sum + seconds(createdAt, removedAt ?? span.now, span), 0)
  return { crashes, podSeconds: present + gone }
}

/** Whether anything of the pod has ever run. Other containers count too: a new one has no time in the stable revision. */
export function isExposed(pod: Pod): boolean {
  return hasStarted([pod], null)
}

/** The last that is known of when anything of an ended pod ran; 0 when nothing is. */
function lastMoment({ containers, initContainers }: Pod): Seconds {
  const states = [...containers, ...initContainers].flatMap(({ state, last }) => [state, last])
  return states.reduce(
    (latest, state) =>
      state?.type === 'terminated' ? Math.max(latest, state.startedAt, state.finishedAt) : latest,
    0,
  )
}

export function total(crashes: ReadonlyMap<CrashKind, number>): number {
  let sum = 0
  for (const count of crashes.values()) sum += count
  return sum
}

function* crashesOf(history: PodHistory, { since, container }: Span): Iterable<[CrashKind, number]> {
  for (const account of history.containers) {
    if (container !== null && account.container !== container) continue
    for (const end of account.terminations) {
      if (end.at < (since ?? 0) || !isCrash(end, account.kind, undefined, account.restartPolicy)) continue
      yield [`${account.container} ${end.reason} ${end.exitCode}`, end.count]
    }
  }
}

function seconds(from: Seconds, to: Seconds, { since }: Span): Seconds {
  return Math.max(0, to - Math.max(from, since ?? 0))
}
