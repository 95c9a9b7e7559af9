import type { Pod } from '../model/pod.ts'
import { containersInBackOff } from '../rules/back-off.ts'
import { clock, count } from '../rules/words.ts'

/** What keeps a pass away though few crashes count. */
export interface BackOffText {
  /** Of the container's present state: mostly CrashLoopBackOff. */
  readonly reason: string | null
  /** The end of a sentence that begins with the crashes that count. */
  readonly text: string
}

/**
 * That a container is down after a crash: it has not shown that it runs, also when its crashes are older than the window,
 * or fewer than the limit. Null when none is. Of several the one is told that is first by name of its pod.
 */
export function describeBackOff(pods: readonly Pod[], container: string | null): BackOffText | null {
  const down = pods.flatMap((pod) => containersInBackOff(pod, container))
  const [first] = down.toSorted((left, right) => (left.pod.name < right.pod.name ? -1 : 1))
  if (first === undefined) return null
  const affected = new Set(down.map(({ pod }) => pod.uid)).size
  const share = pods.length > 1 ? ` (${affected} of ${count(pods.length, 'pod')})` : ''
  const at = first.end === null || first.end.finishedAt === 0 ? '' : ` at ${clock(first.end.finishedAt)}`
  return {
    reason: first.reason === '' ? null : first.reason,
    text: `but container ${first.container} of pod ${first.pod.name}${share} is down after a crash${at}, not started again yet`,
  }
}
