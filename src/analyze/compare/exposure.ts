import type { Seconds } from '../../model/meta.ts'
import type { Pod } from '../../model/pod.ts'
import type { Members } from '../../question/resolved-target.ts'
import { isOver } from '../../rules/pod.ts'
import { hasStarted, listCrashes } from '../crash-count.ts'
import type { Rate } from './rate-test.ts'

/** Container, reason and exit code: crashes of two revisions are of the same kind when all three are equal. */
export type CrashKind = string

/** The crashes of a revision in a span of time, and the time in which they could happen. */
export interface Exposure {
  readonly crashes: ReadonlyMap<CrashKind, number>
  /** Time in which its pods existed and could crash. */
  readonly podSeconds: Seconds
}

/** Which crashes count. */
export interface Span {
  /** Null: since each pod's start. */
  readonly since: Seconds | null
  readonly now: Seconds
  readonly container: string | null
}

/**
 * Counts crashes by kind, and measures the exposure: from each pod's creation (or the baseline) to its end or now. Pods in
 * which nothing has started cannot crash, so their time does not count; nor does the time after a pod ended, because evicted
 * pods remain. Of deleted pods only those that crashed are known.
 */
export function measureExposure({ pods, histories }: Members, span: Span): Exposure {
  const crashes = new Map<CrashKind, number>()
  for (const history of histories)
    for (const { container, end } of listCrashes(history, span.since, span.container)) {
      const kind = `${container} ${end.reason} ${end.exitCode}`
      crashes.set(kind, (crashes.get(kind) ?? 0) + end.count)
    }
  const present = pods
    .filter(isExposed)
    .reduce((sum, pod) => sum + seconds(pod.createdAt, isOver(pod) ? lastMoment(pod) : span.now, span), 0)
  const gone = histories
    .filter(({ removedAt }) => removedAt !== null)
    .reduce((sum, { createdAt, removedAt }) => sum + seconds(createdAt, removedAt ?? span.now, span), 0)
  return { crashes, podSeconds: present + gone }
}

/** Whether any container of the pod has run. All count, because a new container has no time in the stable revision. */
export function isExposed(pod: Pod): boolean {
  return hasStarted([pod], null)
}

/** The last moment at which a container of an ended pod is known to have run; 0 when none is. */
function lastMoment({ containers, initContainers }: Pod): Seconds {
  const states = [...containers, ...initContainers].flatMap(({ state, last }) => [state, last])
  return states.reduce(
    (latest, state) =>
      state?.type === 'terminated' ? Math.max(latest, state.startedAt, state.finishedAt) : latest,
    0,
  )
}

/** The number of crashes and the time in which they happened. */
export function toRate({ crashes, podSeconds }: Exposure): Rate {
  return { crashes: crashes.values().reduce((sum, count) => sum + count, 0), podSeconds }
}

function seconds(from: Seconds, to: Seconds, { since }: Span): Seconds {
  return Math.max(0, to - Math.max(from, since ?? 0))
}
