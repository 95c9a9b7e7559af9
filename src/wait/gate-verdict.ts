import type { Answer } from '../analyze/answer-schema.ts'
import { analyzeRollout } from '../analyze/rollout.ts'
import { NamespaceView } from '../kinds/namespace-view.ts'
import type { ContainerRun } from '../model/log.ts'
import type { Seconds } from '../model/meta.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question } from '../question/question.ts'
import type { Finding } from '../rules/finding.ts'
import { targetDeleted, targetMissing } from '../rules/gate.ts'
import { clock, withoutStop } from '../rules/words.ts'
import { type AnalysisContext, nameCluster } from './attempt.ts'
import { FinishedJobs } from './finished-jobs.ts'
import { absentAnswer, supersededAnswer, unstableAnswer } from './gate-answers.ts'
import type { Reading } from './question-watch.ts'
import { type FinalReason, Snapshot } from './snapshot.ts'
import { collectEvidence, StabilityWindow } from './stability-window.ts'

/** What the verdicts of a gate need. */
export interface GateContext extends AnalysisContext {
  /** Receives the findings of each evaluation with a reason that no rule knows. */
  readonly unknownReasons?: (findings: readonly Finding[]) => void
  readonly nextId: () => number
}

/** An answer, whether it ends the wait, and when to evaluate again although nothing changed. */
interface Judged {
  readonly answer: Answer
  readonly final: FinalReason | null
  readonly recheckAt: Seconds | null
  /** The runs whose logs explain it; absent: none. */
  readonly runs?: readonly ContainerRun[]
}

/** How long a deleted target may take to be created again, seconds. */
const RETURN_SECONDS = 2
/** With `window`, crashes stop counting at moments that the analysis does not give: it evaluates this often, seconds. */
const WINDOW_RECHECK_SECONDS = 1

/** Decides during a wait when the verdict about a rollout is final. */
export class GateVerdict {
  readonly #context: GateContext
  readonly #question: Question
  readonly #window: StabilityWindow
  readonly #jobs: FinishedJobs
  #last: Snapshot | undefined
  /** The revision to wait for: the first one known. Only targets with a kind and a name have one. */
  #revision: string | null = null
  #deletedAt: Seconds | null = null
  /** Whether the target was ever found. */
  #found = false

  constructor(question: Question, settleSeconds: Seconds, context: GateContext) {
    this.#context = context
    this.#question = { ...question, onStale: 'unknown' }
    this.#window = new StabilityWindow(settleSeconds)
    this.#jobs = new FinishedJobs(this.#question)
  }

  /** Evaluates the question. Throws a NotFoundError when the target does not exist at the first evaluation. */
  read(now: Seconds, stalled: boolean): Reading<Snapshot> {
    // Timers fire before the sockets are read: whatever happened while this process did not run is still unknown.
    if (stalled) {
      this.#window.restart(now)
      this.#deletedAt = null
    }
    const { final, recheckAt, runs, ...judged } = this.#judge(now)
    const answer = nameCluster(judged.answer, this.#context.clusterName)
    const last = this.#last
    const change = last === undefined ? 'verdict' : detectChange(last.answer, answer)
    // Without a change the id stays the same, but the snapshot has the present counts.
    const id = last !== undefined && change === null && final === null ? last.id : this.#context.nextId()
    const value = new Snapshot(id, answer, final, change ?? 'message', runs)
    this.#last = value
    return { value, recheckAt, final: final !== null }
  }

  #judge(now: Seconds): Judged {
    try {
      return this.#evaluate(now)
    } catch (error) {
      if (!(error instanceof NotFoundError) || this.#last === undefined) throw error
      return this.#absent(error, this.#last.answer, now)
    }
  }

  #evaluate(now: Seconds): Judged {
    const { view, staleAfterSeconds, policy, unknownReasons } = this.#context
    const { target, namespace } = this.#question
    const evaluation = analyzeRollout(view, this.#question, now, staleAfterSeconds, policy)
    const { answer, recheckAt, runs } = evaluation
    unknownReasons?.(evaluation.unknown)
    const namespaced = new NamespaceView(view, namespace, now, staleAfterSeconds)
    const evidence = () => collectEvidence(target, namespaced)
    const knownAt = now - answer.cacheAgeSeconds
    const unstableUntil = this.#window.unstableUntil(answer.verdict, evidence, now, knownAt)
    this.#deletedAt = null
    if (answer.verdict === 'unknown') return { answer, final: null, recheckAt: null }
    this.#found = true
    this.#jobs.observe(namespaced)
    const awaited = this.#pinRevision(answer)
    if (awaited !== null && answer.revision !== null && answer.revision !== awaited)
      return { answer: supersededAnswer(answer, awaited), final: 'superseded', recheckAt: null }
    if (answer.verdict === 'fail' || (answer.verdict === 'pass' && unstableUntil === null))
      return { answer, final: 'verdict', recheckAt: null, runs }
    const next = earliest([recheckAt, unstableUntil, ...this.#moments(answer, now)], now)
    if (unstableUntil === null) return { answer, final: null, recheckAt: next, runs }
    return { answer: unstableAnswer(answer, clock(unstableUntil)), final: null, recheckAt: next }
  }

  /** Moments that the analysis does not give: when data of a broken watch become stale, and those of a moving window. */
  #moments(answer: Answer, now: Seconds): (Seconds | null)[] {
    const { view, staleAfterSeconds } = this.#context
    return [
      view.watchesWork ? null : now + Math.max(staleAfterSeconds - answer.cacheAgeSeconds, 0),
      this.#question.window === undefined ? null : now + WINDOW_RECHECK_SECONDS,
    ]
  }

  /** The revision to wait for; null when the target does not name one workload. */
  #pinRevision({ revision }: Answer): string | null {
    if (this.#question.target.type !== 'object') return null
    this.#revision ??= revision
    return this.#revision
  }

  #absent({ message }: NotFoundError, last: Answer, now: Seconds): Judged {
    const { view, staleAfterSeconds, policy } = this.#context
    const namespaced = new NamespaceView(view, this.#question.namespace, now, staleAfterSeconds)
    const finished = this.#jobs.answer(namespaced, last, policy, now)
    if (finished !== null) return { answer: finished, final: 'verdict', recheckAt: null }
    this.#deletedAt ??= now
    const until = this.#deletedAt + RETURN_SECONDS
    const isOver = now >= until
    const problem = withoutStop(message)
    const match = isOver && !this.#found ? targetMissing(problem) : targetDeleted(problem, isOver)
    const answer = absentAnswer(last, match, now)
    if (!isOver) return { answer, final: null, recheckAt: until }
    return { answer, final: this.#found ? 'verdict' : 'not-found', recheckAt: null }
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
