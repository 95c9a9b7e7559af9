import type { Answer } from '../analyze/answer-schema.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'

/** Maximum number of answers in the cache (about 1 KB each). One more clears the cache: clients ask again anyway. */
const MAX_ENTRIES = 2_000

interface Entry {
  readonly namespace: string
  /** Version of the namespace at the time of the answer. */
  readonly version: number
  /** When time alone may change the answer. */
  readonly until: Seconds
  /** The body before and after the time of the answer. */
  readonly head: string
  readonly tail: string
  readonly verdict: string
}

/**
 * Clients that poll repeat their questions, and an answer depends only on the objects of its namespace, on the states of the
 * watches and, from a known moment on, on time. Until one of these changes, the same body is right except for `evaluatedAt`.
 * While a watch does not work, changes may be unknown: then the cache neither stores nor answers.
 */
export class ResponseCache {
  readonly #view: ClusterView
  readonly #entries = new Map<string, Entry>()
  #stamp = { at: 0, text: '' }

  constructor(view: ClusterView) {
    this.#view = view
  }

  /** The body for the same URL, if it is still right. */
  get(url: string, now: Seconds): { readonly body: string; readonly verdict: string } | undefined {
    const entry = this.#entries.get(url)
    if (entry === undefined) return undefined
    const unchanged =
      this.#view.settled && this.#view.version(entry.namespace) === entry.version && now < entry.until
    if (unchanged) return { body: `${entry.head}${this.#rfc3339(now)}${entry.tail}`, verdict: entry.verdict }
    this.#entries.delete(url)
    return undefined
  }

  /** Stores the body of an answer until the version of its namespace changes, or until `recheckAt`. */
  put(
    url: string,
    { namespace, version }: Pick<Entry, 'namespace' | 'version'>,
    answer: Pick<Answer, 'evaluatedAt' | 'verdict'>,
    body: string,
    recheckAt: Seconds | null,
  ): void {
    if (!this.#view.settled) return
    const at = body.lastIndexOf(answer.evaluatedAt)
    if (at < 0) return
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear()
    this.#entries.set(url, {
      namespace,
      version,
      until: recheckAt ?? Number.POSITIVE_INFINITY,
      head: body.slice(0, at),
      tail: body.slice(at + answer.evaluatedAt.length),
      verdict: answer.verdict,
    })
  }

  /** Many answers fall into the same millisecond. */
  #rfc3339(now: Seconds): string {
    const millis = Math.floor(now * 1000)
    if (this.#stamp.at !== millis) this.#stamp = { at: millis, text: new Date(millis).toISOString() }
    return this.#stamp.text
  }
}
