import { type Clock, machineClock, type Schedule } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { Question } from '../question/question.ts'
import type { Finding } from '../rules/finding.ts'
import {
  type AnalysisContext,
  type Analyze,
  type Attempt,
  askQuestion,
  type Evaluated,
  unwrapAttempt,
} from './attempt.ts'
import { type GateWait, GateWaits, MAX_SNAPSHOT_AGE_SECONDS, type WaitResult } from './gate-waits.ts'
import { LongPolls } from './long-polls.ts'
import { NotFoundGrace } from './not-found-grace.ts'
import type { Snapshot } from './snapshot.ts'
import { WatchTable } from './watch-table.ts'

export interface WaitingEngineOptions extends AnalysisContext {
  /** Goes with `now`: timers of the cluster's time. */
  readonly schedule: Schedule
  /** The machine's time, by which evaluations are throttled. */
  readonly loadClock?: Clock
  /** Receives the findings of each evaluation of a gate with a reason that no rule knows. */
  readonly unknownReasons?: (findings: readonly Finding[]) => void
  /** Answers that may be held at once (`wait=`). */
  readonly maxHeld: number
  /** Clients that may wait for final verdicts at once. */
  readonly maxWaiting: number
}

/** A question that is answered once, after at most a wait. */
export interface AnswerRequest<Q extends Question> {
  /** Tells the analysis from others, e.g. its path. */
  readonly name: string
  readonly question: Q
  readonly analyze: Analyze<Q>
  /** How long the answer may be held until it is a fail, seconds; 0: it is given at once. */
  readonly waitSeconds: Seconds
  /** Ends the holding, as the client went away. */
  readonly signal?: AbortSignal | undefined
  /** Called with the first answer: from then on it is held on purpose. */
  readonly onAnswer?: () => void
}

/**
 * Least time between two evaluations of one question, seconds, and how much more for each watched question: in a busy
 * namespace, whatever is waited for, evaluating takes at most about half of the time.
 */
const GAP_SECONDS = 0.02
const GAP_PER_QUESTION_SECONDS = 0.0001

/**
 * Answers questions and waits for answers; see docs/adr/0018-one-waiting-engine.md. Whoever waits does so in a `Waiter` with
 * a policy, on a `QuestionWatch` that is shared by all who wait for the same.
 */
export class WaitingEngine {
  readonly #context: AnalysisContext
  readonly #grace: NotFoundGrace
  readonly #longPolls: LongPolls
  readonly #gateWatches: WatchTable<Snapshot>
  readonly #gates: GateWaits

  constructor({ schedule, loadClock = machineClock, maxHeld, maxWaiting, ...context }: WaitingEngineOptions) {
    this.#context = context
    const clock: Clock = { now: context.now, schedule }
    const gapSeconds = () => GAP_SECONDS + (watches.size + gateWatches.size) * GAP_PER_QUESTION_SECONDS
    const timing = { view: context.view, clock, loadClock, gapSeconds }
    // An answer is that of its client's own moment, so a watch that is joined always evaluates.
    const watches = new WatchTable<Attempt>(timing, 0)
    const gateWatches = new WatchTable<Snapshot>(timing, MAX_SNAPSHOT_AGE_SECONDS)
    this.#gateWatches = gateWatches
    this.#grace = new NotFoundGrace(watches, clock)
    this.#longPolls = new LongPolls(maxHeld, watches, clock)
    this.#gates = new GateWaits({
      context: { ...context, nextId: counter() },
      watches: gateWatches,
      // Gates that wait for what is not there must not use up the grace of other questions.
      grace: new NotFoundGrace(watches, clock),
      clock,
      max: maxWaiting,
    })
  }

  /** Answers that are held at present. */
  get heldAnswers(): number {
    return this.#longPolls.size
  }

  /** Clients that wait for final verdicts at present. */
  get waitingClients(): number {
    return this.#gates.size
  }

  /** Questions of those clients. */
  get waitingQuestions(): number {
    return this.#gateWatches.size
  }

  /**
   * Answers a question: a target that is not there gets a moment to come, and the answer is held for `waitSeconds` or until
   * it is a fail. Throws a NotFoundError or an UnavailableError.
   */
  async answer<Q extends Question>(request: AnswerRequest<Q>): Promise<Evaluated> {
    const { name, question, analyze, waitSeconds, signal, onAnswer } = request
    const asked = askQuestion(name, question, analyze, this.#context)
    const first = unwrapAttempt(await this.#grace.find(asked))
    onAnswer?.()
    return this.#longPolls.hold(asked, first, waitSeconds, signal)
  }

  /** Waits for a final verdict; see GateWaits.wait() for what it throws. */
  gate(wait: GateWait): Promise<WaitResult> {
    return this.#gates.wait(wait)
  }

  /** Releases all with their present answers; from now on none is held. */
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
