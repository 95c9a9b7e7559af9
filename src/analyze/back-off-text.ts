import type { Pod } from '../model/pod.ts'
import { containersInBackOff } from '../rules/back-off.ts'
import { clock, count } from '../rules/words.ts'

/** Why there is no pass although the crashes stay below the limit. */
export interface BackOffText {
  /** The waiting reason of the container, usually CrashLoopBackOff. */
  readonly reason: string | null
  /** The end of a sentence that begins with the crashes that count. */
  readonly text: string
}

/**
 * Describes a container that is down after a crash: it prevents a pass even when its crashes are older than the window or
 * below the limit. Null when no container is down. Of several, it describes that of the first pod by name.
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
    text: `but container ${first.container} of pod ${first.pod.name}${share} is down after a crash${at} and has not restarted yet`,
  }
}
