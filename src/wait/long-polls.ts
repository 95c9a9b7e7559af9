import type { Seconds } from '../model/meta.ts'

/** What is held: an evaluation, as far as holding goes. */
export interface Held {
  readonly answer: { readonly verdict: string }
  /** When the verdict could change though nothing happens; null when it can't. */
  readonly recheckAt: Seconds | null
}

/** How to ask again, and what to listen to meanwhile. */
export interface Holding<E extends Held> {
  readonly evaluate: () => E
  /** Calls back when something changed that may matter; returns how to stop. */
  readonly onChange: (listener: () => void) => () => void
  readonly seconds: number
  /** Ends the waiting, e.g. because the client went away. */
  readonly signal: AbortSignal
}

/** Timers of Node can't be longer, and a held answer never is. */
const MAX_TIMER_MS = 60_000
/** A verdict that turns at a moment is looked at just after it, not just before. */
const RECHECK_MARGIN_MS = 5

/**
 * Holds answers until their verdict is `fail`, without polling. At most so many at once: beyond it the oldest is let go
 * with its present verdict, since whoever waits (an Argo analysis worker) is then needed elsewhere.
 */
export class Holder {
  readonly #most: number
  readonly #now: () => Seconds
  /** Oldest first. */
  readonly #held = new Set<() => void>()
  #closed = false

  constructor(most: number, now: () => Seconds) {
    this.#most = most
    this.#now = now
  }

  /** Answers held at present. */
  get size(): number {
    return this.#held.size
  }

  /** Lets all go, and holds none from now on. */
  close(): void {
    this.#closed = true
    for (const release of [...this.#held]) release()
  }

  /** Resolves with the first failing evaluation, else with the present one at the end. Rejects as `evaluate` throws. */
  async hold<E extends Held>({ evaluate, onChange, seconds, signal }: Holding<E>): Promise<E> {
    const first = evaluate()
    if (first.answer.verdict === 'fail' || this.#closed || this.#most === 0 || seconds <= 0) return first
    this.#makeRoom()
    const { promise, resolve } = Promise.withResolvers<void>()
    let recheck: NodeJS.Timeout | undefined
    let failed: E | undefined
    const look = (evaluation: E): void => {
      clearTimeout(recheck)
      if (evaluation.answer.verdict === 'fail') {
        failed = evaluation
        resolve()
      } else if (evaluation.recheckAt !== null) {
        const ms = (evaluation.recheckAt - this.#now()) * 1000 + RECHECK_MARGIN_MS
        recheck = setTimeout(lookAgain, Math.min(Math.max(ms, RECHECK_MARGIN_MS), MAX_TIMER_MS))
      }
    }
    const lookAgain = (): void => {
      const evaluation = attempt(evaluate)
      if (evaluation !== undefined) look(evaluation)
    }
    const stopListening = onChange(lookAgain)
    const end = setTimeout(resolve, seconds * 1000)
    const release = (): void => resolve()
    this.#held.add(release)
    signal.addEventListener('abort', release, { once: true })
    try {
      look(first)
      await promise
      return failed ?? evaluate()
    } finally {
      clearTimeout(end)
      clearTimeout(recheck)
      stopListening()
      signal.removeEventListener('abort', release)
      this.#held.delete(release)
    }
  }

  #makeRoom(): void {
    const [oldest] = this.#held
    if (oldest === undefined || this.#held.size < this.#most) return
    this.#held.delete(oldest)
    oldest()
  }
}

/** While an answer is held, trouble (a stale cache) may pass: what counts is the evaluation at the end. */
function attempt<E>(evaluate: () => E): E | undefined {
  try {
    return evaluate()
  } catch {
    return undefined
  }
}
