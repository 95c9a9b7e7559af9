import type { Seconds } from '../model/meta.ts'
import type { Question } from '../question/question.ts'
import type { QuestionWatch } from './question-watch.ts'
import type { Schedule } from './schedule.ts'
import type { Ending, Report } from './snapshot.ts'

/** How somebody waits. */
export interface Wait {
  readonly question: Question
  /** How long a pass must have held, seconds. */
  readonly settleSeconds: Seconds
  readonly timeoutSeconds: Seconds
  /** Ends the waiting, e.g. because the client went away. */
  readonly signal: AbortSignal
  /** Told the present report first, then each change; the last one too. */
  readonly tell: (report: Report) => void
}

/** Why a wait ended: as its report says, or by time, because the service stops, or because who waited left. */
export type End = Ending | 'timeout' | 'closed' | 'left'

export interface Outcome {
  readonly report: Report
  readonly end: End
}

/** Where a stay takes place. */
export interface Host {
  readonly now: () => Seconds
  readonly schedule: Schedule
  /** The vigil that is kept for the question. */
  readonly open: () => QuestionWatch
  readonly left: (vigil: QuestionWatch) => void
}

/**
 * Who asks right after `kubectl apply` may be ahead of the watch: a revision that comes so soon, seconds, is the one that was
 * meant, not one that supersedes it.
 */
const GRACE_SECONDS = 2

/** One client's wait: watches a vigil until it ends, or the client's time does. */
export class Waiter {
  readonly #wait: Wait
  readonly #host: Host
  readonly #enteredAt: Seconds
  readonly #promise = Promise.withResolvers<Outcome>()
  readonly #cancelTimeout: () => void
  #vigil: QuestionWatch
  #stopWatching: (() => void) | undefined
  #over = false

  /** Throws as the first look of a vigil does. */
  constructor(wait: Wait, host: Host) {
    this.#wait = wait
    this.#host = host
    this.#enteredAt = host.now()
    this.#vigil = host.open()
    this.#cancelTimeout = host.schedule(wait.timeoutSeconds, () => {
      this.#vigil.refresh()
      this.end('timeout')
    })
  }

  get outcome(): Promise<Outcome> {
    return this.#promise.promise
  }

  /** Tells the present report and, from now on, each change. */
  begin(): void {
    this.#wait.signal.addEventListener('abort', this.#abandon, { once: true })
    this.#watch()
    if (this.#wait.signal.aborted) this.#abandon()
  }

  end(end: End): void {
    if (this.#over) return
    this.#free()
    this.#promise.resolve({ report: this.#vigil.report, end })
  }

  readonly #abandon = (): void => this.end('left')

  readonly #told = (report: Report): void => {
    if (this.#over) return
    if (report.ending === 'superseded' && this.#host.now() - this.#enteredAt < GRACE_SECONDS) {
      this.#stopWatching?.()
      this.#vigil = this.#host.open()
      this.#watch()
      return
    }
    this.#wait.tell(report)
    if (report.ending !== null) this.end(report.ending)
  }

  readonly #failed = (error: unknown): void => {
    if (this.#over) return
    this.#free()
    this.#promise.reject(error)
  }

  #watch(): void {
    this.#stopWatching = this.#vigil.watch({ told: this.#told, failed: this.#failed })
    this.#told(this.#vigil.report)
  }

  #free(): void {
    this.#over = true
    this.#cancelTimeout()
    this.#stopWatching?.()
    this.#wait.signal.removeEventListener('abort', this.#abandon)
    this.#host.left(this.#vigil)
  }
}
