import type { Answer } from '../analyze/answer-schema.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import type { Seconds } from '../model/meta.ts'
import type { Target } from '../question/question.ts'
import { ResolvedTarget } from '../question/resolved-target.ts'

/** What decides whether a pass is stable. */
export interface Evidence {
  /** The largest of the target's workloads. */
  readonly minReadySeconds: Seconds
  /** Terminations of containers in present and deleted pods, except while the pod was being deleted. */
  readonly terminations: number
}

/** Reads the evidence about a target. Throws as the analysis does. */
export function collectEvidence(target: Target, view: NamespaceView): Evidence {
  const resolved = new ResolvedTarget(target, view)
  const { histories } = resolved.members
  const ends = histories.flatMap(({ containers }) => containers.flatMap((one) => one.terminations))
  return {
    minReadySeconds: Math.max(0, ...resolved.workloads.map((one) => one.minReadySeconds)),
    terminations: ends.reduce((sum, { disrupted, count }) => sum + (disrupted ? 0 : count), 0),
  }
}

/**
 * Minimum window after this process did not run for a while, seconds: what happened meanwhile is still in the sockets, or
 * the API server must send it again.
 */
const CATCH_UP_SECONDS = 2

/**
 * Makes a pass count only once it has lasted for a while: without a readiness probe a crashing container looks complete
 * between two crashes. The window starts again after every other verdict, after every termination of a container, and after
 * a time in which this process did not run.
 */
export class StabilityWindow {
  readonly #seconds: Seconds
  /** Since when the verdict is a pass; null while it is not. */
  #since: Seconds | null = null
  #terminations = 0
  /** When this process last resumed after a time in which it did not run. */
  #resumedAt: Seconds = Number.NEGATIVE_INFINITY

  /** `seconds`: how long a pass must last, unless minReadySeconds is longer. */
  constructor(seconds: Seconds) {
    this.#seconds = seconds
  }

  /** This process did not run until now, and has not received yet what happened meanwhile. */
  restart(now: Seconds): void {
    this.#since = null
    this.#resumedAt = now
  }

  /**
   * Until when a pass must last to count; null: it counts, or the verdict is not a pass. `knownAt`: until when the data are
   * known to be right; time after it does not count.
   */
  unstableUntil(
    verdict: Answer['verdict'],
    evidence: () => Evidence,
    now: Seconds,
    knownAt: Seconds,
  ): Seconds | null {
    if (verdict !== 'pass') {
      this.#since = null
      return null
    }
    const { minReadySeconds, terminations } = evidence()
    if (this.#since === null || terminations > this.#terminations) this.#since = now
    this.#terminations = terminations
    const until = Math.max(
      this.#since + Math.max(this.#seconds, minReadySeconds),
      this.#resumedAt + CATCH_UP_SECONDS,
    )
    return knownAt >= until ? null : until
  }
}
