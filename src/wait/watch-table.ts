import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Question } from '../question/question.ts'
import { type Evaluate, QuestionWatch, type WatchTiming } from './question-watch.ts'

/** The open watches by question: equal questions share one. */
export class WatchTable<T> {
  readonly #view: ClusterView
  readonly #timing: WatchTiming
  readonly #maxAgeSeconds: Seconds
  readonly #watches = new Map<string, QuestionWatch<T>>()

  /** `maxAgeSeconds`: joining an open watch first evaluates it when its value is this old or older. */
  constructor(view: ClusterView, timing: WatchTiming, maxAgeSeconds: Seconds) {
    this.#view = view
    this.#timing = timing
    this.#maxAgeSeconds = maxAgeSeconds
  }

  /** Number of questions that are watched now. */
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
    const watch: QuestionWatch<T> = new QuestionWatch({
      ...this.#timing,
      evaluate: makeEvaluate(),
      subscribe: (listener) => onRelevantChange(this.#view, question, listener),
      onClose: () => this.#watches.delete(key),
    })
    if (watch.open) this.#watches.set(key, watch)
    return watch
  }
}

/**
 * Calls back after each change that may change the answer to a question; returns how to stop.
 *
 * Only this function decides which changes concern a question. Today it is every change in the question's namespace and to
 * the state of any watch of the cluster. To evaluate less, narrow it here, e.g. to the workload and what it owns. A
 * narrower choice may leave out only what the analysis of this question never reads. The response cache makes the same
 * choice for answers without a wait: it keys its entries by `view.version(namespace)`.
 */
function onRelevantChange(view: ClusterView, question: Question, listener: () => void): () => void {
  return view.onChange(question.namespace, listener)
}
