import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Question } from '../question/question.ts'
import { onRelevantChange } from './dependencies.ts'
import { type Evaluate, QuestionWatch } from './question-watch.ts'

/** What all watches of an engine share. */
export interface WatchTiming {
  readonly view: ClusterView
  /** The cluster's time. */
  readonly clock: Clock
  /** The machine's time. */
  readonly loadClock: Clock
  /** Least time between two evaluations of one question that changes cause, seconds. */
  readonly gapSeconds: () => Seconds
}

/** The open watches by question: equal questions share one. */
export class WatchTable<T> {
  readonly #timing: WatchTiming
  readonly #maxAgeSeconds: Seconds
  readonly #watches = new Map<string, QuestionWatch<T>>()

  /** `maxAgeSeconds`: an open watch that is joined is evaluated first when its value is as old as this or older. */
  constructor(timing: WatchTiming, maxAgeSeconds: Seconds) {
    this.#timing = timing
    this.#maxAgeSeconds = maxAgeSeconds
  }

  /** Questions that are watched at present. */
  get size(): number {
    return this.#watches.size
  }

  /** The open watch with this key, brought up to date; undefined when there is none or it just closed. */
  find(key: string): QuestionWatch<T> | undefined {
    const watch = this.#watches.get(key)
    watch?.refresh(this.#maxAgeSeconds)
    return watch?.open === true ? watch : undefined
  }

  /** The open watch with this key, else a new one that evaluates once. Throws what that evaluation throws. */
  open(key: string, question: Question, makeEvaluate: () => Evaluate<T>): QuestionWatch<T> {
    const known = this.find(key)
    if (known !== undefined) return known
    const { view, ...timing } = this.#timing
    const watch: QuestionWatch<T> = new QuestionWatch({
      ...timing,
      evaluate: makeEvaluate(),
      subscribe: (listener) => onRelevantChange(view, question, listener),
      onClose: () => this.#watches.delete(key),
    })
    if (watch.open) this.#watches.set(key, watch)
    return watch
  }
}
