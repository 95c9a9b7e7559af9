import type { Seconds } from '../model/meta.ts'
import { type Evaluate, QuestionWatch, type WatchTiming } from './question-watch.ts'
import type { TrackedView } from './tracked-view.ts'

/** The open watches by question: equal questions share one. */
export class WatchTable<T> {
  readonly #view: TrackedView
  readonly #timing: WatchTiming
  readonly #maxAgeSeconds: Seconds
  readonly #watches = new Map<string, QuestionWatch<T>>()

  /** `maxAgeSeconds`: joining an open watch first evaluates it when its value is this old or older. */
  constructor(view: TrackedView, timing: WatchTiming, maxAgeSeconds: Seconds) {
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
  open(key: string, makeEvaluate: () => Evaluate<T>): QuestionWatch<T> {
    const known = this.find(key)
    if (known !== undefined) return known
    const watch: QuestionWatch<T> = new QuestionWatch({
      ...this.#timing,
      evaluate: makeEvaluate(),
      view: this.#view,
      onClose: () => this.#watches.delete(key),
    })
    if (watch.open) this.#watches.set(key, watch)
    return watch
  }
}
