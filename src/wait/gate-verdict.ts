import type { Answer } from '../analyze/answer.ts'
import { analyzeRollout } from '../analyze/rollout.ts'
import { NamespaceView } from '../kinds/namespace-view.ts'
import type { Seconds } from '../model/meta.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question } from '../question/question.ts'
import type { Finding } from '../rules/finding.ts'
import { clock } from '../rules/words.ts'
import type { AnalysisContext } from './attempt.ts'
import { gone, neverThere, settlingAnswer, supersededAnswer } from './gate-answers.ts'
import type { Reading } from './question-watch.ts'
import { type FinalReason, Snapshot } from './snapshot.ts'
import { collectEvidence, StabilityWindow } from './stability-window.ts'

/** What the verdicts of a gate are made from. */
export interface GateContext extends AnalysisContext {
  /** Receives the findings of each evaluation with a reason that no rule knows. */
  readonly unknownReasons?: (findings: readonly Finding[]) => void
  readonly nextId: () => number
}

/** An answer, whether it ends the wait, and when to evaluate again though nothing changes. */
interface Judged {
  readonly answer: Answer
  readonly final: FinalReason | null
  readonly recheckAt: Seconds | null
}

/** How long a deleted target may take to come back (it may be created anew), seconds. */
const RETURN_SECONDS = 2
/** With `window`, crashes stop to count by time alone, at moments that the analysis does not give: looked at this often, seconds. */
const WINDOW_RECHECK_SECONDS = 1

/** Decides over the time of a wait when the verdict about a rollout is final. */
export class GateVerdict {
  readonly #context: GateContext
  readonly #question: Question
  readonly #window: StabilityWindow
  #last: Snapshot | undefined
  /** The revision that is waited for: the first one known. Only workloads asked about by kind and name have one. */
  #revision: string | null = null
  #deletedAt: Seconds | null = null
  /** Whether the target was ever found. */
  #found = false

  constructor(question: Question, settleSeconds: Seconds, context: GateContext) {
    this.#context = context
    this.#question = { ...question, onStale: 'unknown' }
    this.#window = new StabilityWindow(settleSeconds)
  }

  /** Evaluates the question. Throws a NotFoundError when the target is not there at the first time. */
  read(now: Seconds, stalled: boolean): Reading<Snapshot> {
    if (stalled) this.#restart(now)
    const { answer, final, recheckAt } = this.#judge(now)
    const last = this.#last
    const change = last === undefined ? 'verdict' : detectChange(last.answer, answer)
    // Without a change the id stays, but whoever asks for the present answer gets the present counts.
    const id = last !== undefined && change === null && final === null ? last.id : this.#context.nextId()
    const value = new Snapshot(id, answer, final, change ?? 'message')
    this.#last = value
    return { value, recheckAt, final: final !== null }
  }

  /** Timers fire before the sockets are read: nothing was received in the time that passed, so it proves nothing. */
  #restart(now: Seconds): void {
    this.#window.restart(now)
    this.#deletedAt = null
  }

  #judge(now: Seconds): Judged {
    try {
      return this.#evaluate(now)
    } catch (error) {
      if (!(error instanceof NotFoundError) || this.#last === undefined) throw error
      return this.#deleted(error, this.#last.answer, now)
    }
  }

  #evaluate(now: Seconds): Judged {
    const { view, staleAfterSeconds, policy, unknownReasons } = this.#context
    const { target, namespace } = this.#question
    const evaluation = analyzeRollout(view, this.#question, now, staleAfterSeconds, policy)
    const { answer, recheckAt } = evaluation
    unknownReasons?.(evaluation.unknown)
    const evidence = () => collectEvidence(target, new NamespaceView(view, namespace, now, staleAfterSeconds))
    const stability = this.#window.check(answer.verdict, evidence, now, now - answer.cacheAgeSeconds)
    this.#deletedAt = null
    if (answer.verdict === 'unknown') return { answer, final: null, recheckAt: null }
    this.#found = true
    const awaited = this.#pinRevision(answer)
    if (awaited !== null && answer.revision !== null && answer.revision !== awaited)
      return { answer: supersededAnswer(answer, awaited), final: 'superseded', recheckAt: null }
    if (answer.verdict === 'fail' || (answer.verdict === 'pass' && stability.stable))
      return { answer, final: 'verdict', recheckAt: null }
    const unstableUntil = stability.stable ? null : stability.until
    const next = earliest([recheckAt, unstableUntil, ...this.#moments(answer, now)], now)
    if (unstableUntil === null) return { answer, final: null, recheckAt: next }
    return { answer: settlingAnswer(answer, clock(unstableUntil)), final: null, recheckAt: next }
  }

  /** Moments that the analysis does not know: when data that may be out of date become stale, and those of a moving window. */
  #moments(answer: Answer, now: Seconds): (Seconds | null)[] {
    const { view, staleAfterSeconds } = this.#context
    return [
      view.watchesWork ? null : now + Math.max(staleAfterSeconds - answer.cacheAgeSeconds, 0),
      this.#question.window === undefined ? null : now + WINDOW_RECHECK_SECONDS,
    ]
  }

  /** The revision that is waited for, null where none can be named. */
  #pinRevision({ revision }: Answer): string | null {
    if (this.#question.target.type !== 'object') return null
    this.#revision ??= revision
    return this.#revision
  }

  #deleted(error: NotFoundError, last: Answer, now: Seconds): Judged {
    this.#deletedAt ??= now
    const until = this.#deletedAt + RETURN_SECONDS
    if (now < until) return { answer: gone(last, error, false, now), final: null, recheckAt: until }
    if (this.#found) return { answer: gone(last, error, true, now), final: 'verdict', recheckAt: null }
    return { answer: neverThere(last, error, now), final: 'not-found', recheckAt: null }
  }
}

function earliest(moments: readonly (Seconds | null)[], now: Seconds): Seconds | null {
  const coming = moments.filter((at) => at !== null).filter((at) => at > now)
  return coming.length === 0 ? null : Math.min(...coming)
}

function detectChange(last: Answer, next: Answer): Snapshot['change'] | null {
  if (last.verdict !== next.verdict || last.code !== next.code || last.reason !== next.reason)
    return 'verdict'
  return last.message === next.message ? null : 'message'
}
