import type { Answer } from '../analyze/answer.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import type { Seconds } from '../model/meta.ts'
import type { Target } from '../question/question.ts'
import { ResolvedTarget } from '../question/resolved-target.ts'

/** What the stability of a pass is judged by. */
export interface Evidence {
  /** The longest of the target's workloads. */
  readonly minReadySeconds: Seconds
  /** Terminations of containers so far, in present and deleted pods, except those of pods that were being deleted. */
  readonly terminations: number
}

/** Reads the evidence about a target. Throws as the analysis does. */
export function collectEvidence(target: Target, reader: NamespaceView): Evidence {
  const resolved = new ResolvedTarget(target, reader)
  const { histories } = resolved.members
  const ends = histories.flatMap(({ containers }) => containers.flatMap((one) => one.terminations))
  return {
    minReadySeconds: Math.max(0, ...resolved.workloads.map((one) => one.minReadySeconds)),
    terminations: ends.reduce((sum, { disrupted, count }) => sum + (disrupted ? 0 : count), 0),
  }
}

/** Whether a pass counts yet; if not, until when it must stay. Other verdicts have no window to wait for. */
export type Stability = { readonly stable: true } | { readonly stable: false; readonly until: Seconds }

/**
 * After this process stood still, a pass must stay for at least this long, seconds, however short the window is: what
 * happened meanwhile is in the sockets or must be sent again by the API server.
 */
const CATCH_UP_SECONDS = 2

/**
 * Makes a pass count only once it has stayed for a while: without a readiness probe a crashing container looks complete
 * between two crashes. Begins anew with every verdict that is not a pass, with every termination of a container, and after
 * this process stood still.
 */
export class StabilityWindow {
  readonly #seconds: Seconds
  /** Since when the verdict is a pass; null while it is not. */
  #since: Seconds | null = null
  #terminations = 0
  /** When this process last ran again after it had stood still. */
  #resumedAt: Seconds = Number.NEGATIVE_INFINITY

  /** `seconds`: how long a pass must stay, unless minReadySeconds is longer. */
  constructor(seconds: Seconds) {
    this.#seconds = seconds
  }

  /** This process stood still until now, and has not received yet what happened meanwhile. */
  restart(now: Seconds): void {
    this.#since = null
    this.#resumedAt = now
  }

  /** `knownAt`: until when the data are known to be right; time after it does not count. */
  check(verdict: Answer['verdict'], evidence: () => Evidence, now: Seconds, knownAt: Seconds): Stability {
    if (verdict !== 'pass') {
      this.#since = null
      return { stable: true }
    }
    const { minReadySeconds, terminations } = evidence()
    if (this.#since === null || terminations > this.#terminations) this.#since = now
    this.#terminations = terminations
    const until = Math.max(
      this.#since + Math.max(this.#seconds, minReadySeconds),
      this.#resumedAt + CATCH_UP_SECONDS,
    )
    return knownAt >= until ? { stable: true } : { stable: false, until }
  }
}
