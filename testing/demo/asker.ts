import { setTimeout as sleep } from 'node:timers/promises'

/** What Lynceus said. */
export interface Answer {
  readonly verdict: string
  readonly code: string | null
  readonly message: string
}

/** How often each question is asked, ms: often enough that a change shows at once. */
const ASK_EVERY_MS = 150
/** How long one answer may take, ms. */
const ANSWER_TIMEOUT_MS = 10_000

/** Asks one question over HTTP again and again, and tells of each change of the answer. */
export class Asker {
  readonly path: string
  readonly #url: string
  readonly #changed: (answer: Answer) => void
  readonly #stop = new AbortController()
  #last: Answer | null = null

  constructor(baseUrl: string, path: string, changed: (answer: Answer) => void) {
    this.path = path
    this.#url = baseUrl + path
    this.#changed = changed
  }

  get last(): Answer | null {
    return this.#last
  }

  /** Asks until `stop`. Rejects when Lynceus can't be reached. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const answer = await this.#ask()
      const last = this.#last
      this.#last = answer
      if (last?.verdict !== answer.verdict || last.code !== answer.code) this.#changed(answer)
      await sleep(ASK_EVERY_MS)
    }
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Waits until the answer is the expected one, at most this number of seconds. */
  async until(verdict: string, code: string | null, seconds: number): Promise<boolean> {
    const is = () => this.#last?.verdict === verdict && this.#last.code === code
    for (let waited = 0; !is() && waited < seconds * 1000; waited += ASK_EVERY_MS) await sleep(ASK_EVERY_MS)
    return is()
  }

  async #ask(): Promise<Answer> {
    const response = await fetch(this.#url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    const body: unknown = await response.json()
    const field = (name: string): unknown =>
      typeof body === 'object' && body !== null && name in body ? Reflect.get(body, name) : undefined
    const code = field('code')
    // A problem (404, 503) has a status in place of a verdict.
    const verdict = response.ok ? String(field('verdict')) : `http ${response.status}`
    const message = String(field(response.ok ? 'message' : 'detail') ?? '')
    return { verdict, code: typeof code === 'string' ? code : null, message }
  }
}
