import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Finding } from '../rules/finding.ts'
import type { Policy } from '../rules/policy.ts'
import { NotFoundGrace } from './not-found-grace.ts'
import { QuestionWatch, type QuestionWatchDeps } from './question-watch.ts'
import type { Schedule } from './schedule.ts'
import { TooManyWaitingError } from './too-many-waiting-error.ts'
import { type Outcome, type Wait, Waiter } from './waiter.ts'

export interface WaitingRoomOptions {
  readonly view: ClusterView
  readonly now: () => Seconds
  readonly schedule: Schedule
  readonly staleAfterSeconds: Seconds
  /** What annotations and the question itself go over. */
  readonly policy: Policy
  /** Told of findings with a reason that no rule knows, at each evaluation. */
  readonly unknownReasons?: (findings: readonly Finding[]) => void
  /** Who may wait at once. */
  readonly most: number
}

/**
 * Least time between two evaluations of one question, ms, and how much more of it for each question waited for: in a busy
 * namespace, whatever is waited for, evaluating takes at most about half of the time.
 */
const GAP_MS = 20
const GAP_PER_QUESTION_MS = 0.1

/** Where clients wait for final verdicts, at most so many at once. Who waits for the same shares one vigil. */
export class WaitingRoom {
  readonly #most: number
  readonly #deps: QuestionWatchDeps
  readonly #patience = new NotFoundGrace()
  readonly #vigils = new Map<string, QuestionWatch>()
  readonly #stays = new Set<Waiter>()
  #entered = 0
  #closed = false

  constructor({ most, ...deps }: WaitingRoomOptions) {
    this.#most = most
    let id = 0
    const nextId = (): number => {
      id += 1
      return id
    }
    const gapMs = (): number => GAP_MS + this.#vigils.size * GAP_PER_QUESTION_MS
    this.#deps = { ...deps, gapMs, nextId }
  }

  /** Clients that wait at present. */
  get size(): number {
    return this.#entered
  }

  /** Questions that are waited for at present. */
  get questions(): number {
    return this.#vigils.size
  }

  /** Lets all go with the present report, and whoever comes later at once. */
  close(): void {
    this.#closed = true
    for (const stay of [...this.#stays]) stay.end('closed')
  }

  /**
   * Waits for the end. Throws a TooManyWaitingError, a NotFoundError when the target does not come within a moment, or an
   * UnavailableError when its data can't be read.
   */
  async wait(wait: Wait): Promise<Outcome> {
    if (this.#entered >= this.#most) throw new TooManyWaitingError(this.#most)
    this.#entered += 1
    try {
      const { namespace } = wait.question
      const onChange = (listener: () => void) => this.#deps.view.onChange(namespace, listener)
      // The stay is inside an object: as a bare promise it would be waited for with patience.
      const { stay } = await this.#patience.ask(() => ({ stay: this.#enter(wait) }), onChange)
      return await stay
    } finally {
      this.#entered -= 1
    }
  }

  /** From the first look to the end. Throws as the first look does. */
  #enter(wait: Wait): Promise<Outcome> {
    const key = JSON.stringify([wait.question, wait.settleSeconds])
    const { schedule, now } = this.#deps
    const stay = new Waiter(wait, {
      now,
      schedule,
      open: () => this.#vigil(key, wait),
      left: (vigil) => {
        this.#stays.delete(stay)
        this.#tidy(key, vigil)
      },
    })
    this.#stays.add(stay)
    stay.begin()
    if (this.#closed) stay.end('closed')
    return stay.outcome
  }

  /** The one that waits for this question already, or a new one. */
  #vigil(key: string, { question, settleSeconds }: Wait): QuestionWatch {
    const known = this.#vigils.get(key)
    known?.refresh()
    if (known !== undefined && known.report.ending === null) return known
    const vigil = new QuestionWatch(question, settleSeconds, this.#deps)
    this.#vigils.set(key, vigil)
    return vigil
  }

  /** Ends a vigil that nobody attends. */
  #tidy(key: string, vigil: QuestionWatch): void {
    if (!vigil.idle) return
    vigil.close()
    if (this.#vigils.get(key) === vigil) this.#vigils.delete(key)
  }
}
