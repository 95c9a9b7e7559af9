import type { Answer } from '../analyze/answer.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import type { Seconds } from '../model/meta.ts'
import type { Target } from '../question/question.ts'
import { ResolvedTarget } from '../question/resolved-target.ts'

/** What a pass is held against. */
export interface Evidence {
  /** Of the workload that asks for the longest. */
  readonly minReadySeconds: Seconds
  /** Ends of containers so far, of pods that are there and that are gone, but for those that were being deleted. */
  readonly terminations: number
}

/** Reads the evidence about a target. Throws as the analysis does. */
export function collectEvidence(target: Target, reader: NamespaceView): Evidence {
  const resolved = new ResolvedTarget(target, reader)
  const { histories } = resolved.members
  const ends = histories.flatMap(({ containers }) => containers.flatMap((one) => one.terminations))
  return {
    minReadySeconds: Math.max(0, ...resolved.workloads.map((one) => one.minReadySeconds)),
    terminations: ends.reduce((sum, { leaving, count }) => sum + (leaving ? 0 : count), 0),
  }
}

/** Whether a pass counts yet: when not, until when it must hold. */
export type Hold = { readonly settled: true } | { readonly settled: false; readonly until: Seconds }

/**
 * After this process stood still, a pass must hold for at least so long, seconds, however short the settling asked for is:
 * what happened meanwhile is in the sockets or must be sent again by the API server.
 */
const HEARING_SECONDS = 2

/**
 * Makes a pass count only once it has held: without a readiness probe a crashing container looks complete between two
 * crashes. Begins anew with every verdict that is not a pass, with every end of a container, and after this process stood
 * still.
 */
export class StabilityWindow {
  readonly #seconds: Seconds
  #since: Seconds | null = null
  #terminations = 0
  /** When this process last went on after it had stood still. */
  #stalledUntil: Seconds = Number.NEGATIVE_INFINITY

  /** `seconds`: how long a pass must hold, unless minReadySeconds is longer. */
  constructor(seconds: Seconds) {
    this.#seconds = seconds
  }

  /** This process stood still until now: its timers ring before it hears what happened meanwhile. */
  stalled(now: Seconds): void {
    this.#since = null
    this.#stalledUntil = now
  }

  /** `knownAt`: until when the data are known to be right; what is not known to have held does not count. */
  hold(verdict: Answer['verdict'], evidence: () => Evidence, now: Seconds, knownAt: Seconds): Hold {
    if (verdict !== 'pass') {
      this.#since = null
      return { settled: true }
    }
    const { minReadySeconds, terminations } = evidence()
    if (this.#since === null || terminations > this.#terminations) this.#since = now
    this.#terminations = terminations
    const until = Math.max(
      this.#since + Math.max(this.#seconds, minReadySeconds),
      this.#stalledUntil + HEARING_SECONDS,
    )
    return knownAt >= until ? { settled: true } : { settled: false, until }
  }
}
