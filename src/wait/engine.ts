import type { Analyze } from '../analyze/evaluate.ts'
import { type Clock, machineClock, type Schedule } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Question } from '../question/question.ts'
import { type AnalysisContext, type Attempt, askQuestion, type Evaluated, unwrapAttempt } from './attempt.ts'
import { EvaluationQueue } from './evaluation-queue.ts'
import type { GateContext } from './gate-verdict.ts'
import { type GateWait, GateWaits, MAX_SNAPSHOT_AGE_SECONDS, type WaitResult } from './gate-waits.ts'
import { LongPolls } from './long-polls.ts'
import { NotFoundGrace } from './not-found-grace.ts'
import type { Snapshot } from './snapshot.ts'
import { TrackedView } from './tracked-view.ts'
import { WatchTable } from './watch-table.ts'

export interface WaitingEngineOptions extends Omit<GateContext, 'nextId' | 'view'> {
  readonly view: ClusterView
  /** The timers that belong to `now`, the cluster's time. */
  readonly schedule: Schedule
  /** The machine's time, for the throttle of evaluations. */
  readonly loadClock?: Clock
  /** Maximum number of answers that `wait=` delays at once. */
  readonly maxHeld: number
  /** Maximum number of clients that wait for final verdicts at once. */
  readonly maxWaiting: number
}

/** A question with the time that its answer may wait. */
export interface AnswerRequest<Q extends Question> {
  /** Distinguishes the analysis from others, e.g. its path. */
  readonly name: string
  readonly question: Q
  readonly analyze: Analyze<Q>
  /** How long the answer waits for a fail, seconds; 0: not at all. */
  readonly waitSeconds: Seconds
  /** Aborted when the client leaves. */
  readonly signal?: AbortSignal | undefined
  /** Called when the first answer is known, before it waits. */
  readonly onAnswer?: () => void
}

/**
 * Answers questions and waits for answers; see docs/adr/0018-one-waiting-engine.md. Each wait is a `Waiter` with a policy, on
 * a `QuestionWatch` that all waits for the same question share.
 */
export class WaitingEngine {
  readonly #context: AnalysisContext
  readonly #grace: NotFoundGrace
  readonly #longPolls: LongPolls
  readonly #gateWatches: WatchTable<Snapshot>
  readonly #gates: GateWaits

  constructor({
    schedule,
    loadClock = machineClock,
    maxHeld,
    maxWaiting,
    view: clusterView,
    ...given
  }: WaitingEngineOptions) {
    const view = new TrackedView(clusterView)
    const context = { ...given, view }
    this.#context = context
    const clock: Clock = { now: context.now, schedule }
    const timing = { clock, loadClock, queue: new EvaluationQueue(loadClock) }
    // Each client gets the answer of its own moment, so joining a watch always evaluates.
    const watches = new WatchTable<Attempt>(view, timing, 0)
    const gateWatches = new WatchTable<Snapshot>(view, timing, MAX_SNAPSHOT_AGE_SECONDS)
    this.#gateWatches = gateWatches
    this.#grace = new NotFoundGrace(watches, clock)
    this.#longPolls = new LongPolls(maxHeld, watches, clock)
    this.#gates = new GateWaits({
      context: { ...context, nextId: counter() },
      watches: gateWatches,
      // Gates that wait for missing targets must not use up the grace of other questions.
      grace: new NotFoundGrace(watches, clock),
      clock,
      max: maxWaiting,
    })
  }

  /** Number of answers that `wait=` delays now. */
  get heldAnswers(): number {
    return this.#longPolls.size
  }

  /** Number of clients that wait for final verdicts now. */
  get waitingClients(): number {
    return this.#gates.size
  }

  /** Number of questions of those clients. */
  get waitingQuestions(): number {
    return this.#gateWatches.size
  }

  /**
   * Answers a question: a missing target gets the grace to appear, and the answer waits for `waitSeconds` or until it is a
   * fail. Throws a NotFoundError or an UnavailableError.
   */
  async answer<Q extends Question>(request: AnswerRequest<Q>): Promise<Evaluated> {
    const { name, question, analyze, waitSeconds, signal, onAnswer } = request
    const asked = askQuestion(name, question, analyze, this.#context)
    const first = unwrapAttempt(await this.#grace.find(asked))
    onAnswer?.()
    return this.#longPolls.wait(asked, first, waitSeconds, signal)
  }

  /** Waits for a final verdict; see GateWaits.wait() for what it throws. */
  gate(wait: GateWait): Promise<WaitResult> {
    return this.#gates.wait(wait)
  }

  /** Releases all waits with their present answers; from now on nothing waits. */
  close(): void {
    this.#longPolls.close()
    this.#gates.close()
  }
}

function counter(): () => number {
  let last = 0
  return () => {
    last += 1
    return last
  }
}
