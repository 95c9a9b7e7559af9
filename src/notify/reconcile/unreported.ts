import type { ContainerHistory, Termination } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import { isCrash } from '../../rules/restart-policy.ts'

export interface Untold {
  readonly count: number
  /** How often it had ended with the last of them; as told before when there is none. */
  readonly ends: number
  readonly last: Termination | null
}

/**
 * Crashes after so many ends, and not before a moment. Ends are counted, not crashes: a replica that just began to look
 * takes all that it did not see for what it sees last, which may be no crash.
 */
export function untold(
  { terminations, kind, restartPolicy }: ContainerHistory,
  told: number,
  since: Seconds,
): Untold {
  let ends = 0
  let found: Untold = { count: 0, ends: told, last: null }
  for (const end of terminations) {
    const before = Math.max(ends, told)
    ends += end.count
    if (ends <= before || end.at < since || !isCrash(end, kind, undefined, restartPolicy)) continue
    found = { count: found.count + ends - before, ends, last: end }
  }
  return found
}
