import { rfc3339 } from '../analyze/answer.ts'
import type { Answer } from '../analyze/answer-schema.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Evaluated } from '../wait/attempt.ts'

/** Maximum number of answers in the cache (about 1 KB each). One more clears the cache: clients ask again anyway. */
const MAX_ENTRIES = 2_000

/** What is used of an evaluation. */
interface CachedEvaluation extends Pick<Evaluated, 'recheckAt' | 'dependencies' | 'changes'> {
  readonly answer: Pick<Answer, 'evaluatedAt' | 'verdict'>
}

interface Entry {
  /** Stops listening for changes. */
  readonly stop: () => void
  /** When time alone may change the answer. */
  readonly until: Seconds
  /** The body before and after the time of the answer. */
  readonly head: string
  readonly tail: string
  readonly verdict: string
}

/**
 * Clients that poll repeat their questions, and an answer depends only on the objects that its evaluation read, on the states
 * of the watches and, from a known moment on, on time. Until one of these changes, the same body is right except for
 * `evaluatedAt`. While a watch does not work, changes may be unknown: then the cache neither stores nor answers.
 */
export class ResponseCache {
  readonly #view: ClusterView
  readonly #entries = new Map<string, Entry>()

  constructor(view: ClusterView) {
    this.#view = view
  }

  /** The body for the same URL, if it is still right. */
  get(url: string, now: Seconds): { readonly body: string; readonly verdict: string } | undefined {
    const entry = this.#entries.get(url)
    if (entry === undefined) return undefined
    if (this.#view.watchesWork && now < entry.until)
      return { body: `${entry.head}${rfc3339(now)}${entry.tail}`, verdict: entry.verdict }
    this.#forget(url)
    return undefined
  }

  /** Stores the body of an answer until something changes that its evaluation read, or until it must be rechecked. */
  put(url: string, body: string, { answer, recheckAt, dependencies, changes }: CachedEvaluation): void {
    // What changed between the evaluation and now was not listened for.
    if (!this.#view.watchesWork || this.#view.changes !== changes) return
    const at = body.lastIndexOf(answer.evaluatedAt)
    if (at < 0) return
    this.#forget(url)
    if (this.#entries.size >= MAX_ENTRIES) for (const known of [...this.#entries.keys()]) this.#forget(known)
    this.#entries.set(url, {
      stop: this.#view.onChange(dependencies, () => this.#forget(url)),
      until: recheckAt ?? Number.POSITIVE_INFINITY,
      head: body.slice(0, at),
      tail: body.slice(at + answer.evaluatedAt.length),
      verdict: answer.verdict,
    })
  }

  #forget(url: string): void {
    this.#entries.get(url)?.stop()
    this.#entries.delete(url)
  }
}
