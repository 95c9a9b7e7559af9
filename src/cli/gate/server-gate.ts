import { setTimeout as sleep } from 'node:timers/promises'
import { Value } from 'typebox/value'
import { type Answer, AnswerSchema } from '../../analyze/answer-schema.ts'
import { ProblemSchema } from '../../formats/problem-schema.ts'
import { Backoff } from '../../lib/backoff.ts'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain } from '../../lib/error-chain.ts'
import { readBounded } from '../../lib/read-bounded.ts'
import { targetDeleted } from '../../rules/gate.ts'
import { withoutStop } from '../../rules/words.ts'
import { absentAnswer, supersededAnswer } from '../../wait/gate-answers.ts'
import { readEvents } from './event-reader.ts'
import type { GateEnd, GateSource, Tell } from './gate-source.ts'

/** How a server is asked. */
export interface ServerQuestion {
  /** E.g. http://lynceus.lynceus; a path is kept. */
  readonly server: URL
  /** Of /gate, but for `timeout`. */
  readonly parameters: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
}

/** How long a server may be out of reach at the start, seconds. */
const UNREACHABLE_SECONDS = 20
/** Three heartbeats: a connection on which nothing came for so long is dead, ms. */
const SILENCE_MS = 45_000
/** From one try to connect to the next, seconds. */
const BACKOFF = { base: 0.25, cap: 5 }
/** A problem is some hundred bytes; pages of proxies are a few KiB. */
const MAX_PROBLEM_BYTES = 1024 * 1024
/** Problems of a 503 that do not pass by themselves. */
const LASTING: ReadonlySet<string> = new Set(['forbidden', 'no-such-resource'])

/** What one connection came to: an end, or why to try again. */
type Attempt = GateEnd | { readonly type: 'retry'; readonly message: string; readonly afterSeconds: number }

/** Waits by the stream of a server, and connects anew when the connection is lost. */
export class ServerGate implements GateSource {
  readonly #question: ServerQuestion
  readonly #startedAt = performance.now()
  /** The last answer that came. */
  #last: Answer | null = null
  /** Of the first connection: what is waited for over all of them. */
  #revision: string | null = null
  readonly #backoff: Backoff

  /** `random` gives numbers in [0, 1), for jitter. */
  constructor(question: ServerQuestion, random: () => number) {
    this.#question = question
    this.#backoff = new Backoff(BACKOFF, random)
  }

  async wait(tell: Tell, signal: AbortSignal): Promise<GateEnd> {
    const { timeoutSeconds, server } = this.#question
    for (;;) {
      const left = timeoutSeconds - this.#seconds()
      const attempt = await this.#attempt(Math.max(left, 0), tell, signal)
      signal.throwIfAborted()
      if (attempt.type !== 'retry') return attempt
      tell.trouble(attempt.message)
      const patience = this.#last === null ? Math.min(UNREACHABLE_SECONDS, timeoutSeconds) : timeoutSeconds
      if (this.#seconds() + attempt.afterSeconds >= patience)
        return { type: 'unreachable', message: `${server.origin} could not be reached: ${attempt.message}` }
      await sleep(attempt.afterSeconds * 1000, undefined, { signal })
    }
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  async #attempt(left: number, tell: Tell, signal: AbortSignal): Promise<Attempt> {
    const silence = new AbortController()
    const quiet = setTimeout(() => silence.abort(new Error('the server sent nothing for 45 s')), SILENCE_MS)
    try {
      const response = await fetch(this.#url(left), {
        headers: { accept: 'text/event-stream' },
        signal: AbortSignal.any([signal, silence.signal]),
        redirect: 'error',
      })
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
      if (!isStream || response.body === null) return await this.#refused(response)
      for await (const { event = 'message', data } of readEvents(response.body, () => quiet.refresh())) {
        quiet.refresh()
        const end = this.#heard(event, data, tell)
        if (end !== undefined) return end
      }
      return this.#retry('the stream ended')
    } catch (error) {
      signal.throwIfAborted()
      return this.#retry(errorChain(error))
    } finally {
      clearTimeout(quiet)
      // Whatever else would come is not waited for.
      silence.abort()
    }
  }

  #url(left: number): URL {
    const { server, parameters } = this.#question
    const url = new URL(`${server.pathname.replace(/\/$/, '')}/gate`, server)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    url.searchParams.set('timeout', `${Math.ceil(left * 1000)}ms`)
    return url
  }

  /** An event; returns what it ends the connection with. */
  #heard(name: string, data: string, tell: Tell): Attempt | undefined {
    const answer = parseAnswer(data)
    if (answer === undefined)
      return { type: 'inconclusive', message: 'The server sent something that is not an answer of Lynceus.' }
    if (name === 'closing') return this.#retry('the server is shutting down')
    this.#backoff.reset()
    this.#last = answer
    tell.answer(answer)
    const newer = this.#superseded(answer)
    if (newer !== null) return { type: 'final', answer: newer }
    if (name === 'timeout') return { type: 'timeout', answer }
    if (name !== 'final') return undefined
    if (answer.verdict === 'unknown') return { type: 'not-found', message: answer.message }
    return { type: 'final', answer }
  }

  /** A revision that came while nothing was heard. */
  #superseded(answer: Answer): Answer | null {
    const { kind, hash } = this.#question.parameters
    if (kind === undefined || hash !== undefined || answer.revision === null) return null
    this.#revision ??= answer.revision
    return answer.revision === this.#revision ? null : supersededAnswer(answer, this.#revision)
  }

  async #refused(response: Response): Promise<Attempt> {
    const { status } = response
    const text = response.body === null ? '' : String(await readBounded(response.body, MAX_PROBLEM_BYTES))
    const { code, detail } = parseProblem(text) ?? { code: '', detail: `status ${status}` }
    if (status === 400) return { type: 'refused', message: detail }
    if (status === 404 && code === 'not-found') {
      if (this.#last === null) return { type: 'not-found', message: detail }
      const match = targetDeleted(withoutStop(detail), true)
      return { type: 'final', answer: absentAnswer(this.#last, match, steadyNow()) }
    }
    if (status !== 429 && status < 500)
      return { type: 'inconclusive', message: `The server refused: ${detail}` }
    if (LASTING.has(code)) return { type: 'inconclusive', message: detail }
    return this.#retry(detail, Number(response.headers.get('retry-after')))
  }

  /** `atLeast`: what the server asks to wait, seconds. */
  #retry(message: string, atLeast = 0): Attempt {
    const afterSeconds = this.#backoff.next(Number.isFinite(atLeast) ? atLeast : 0)
    return { type: 'retry', message, afterSeconds }
  }
}

function parseAnswer(data: string): Answer | undefined {
  const value = json(data)
  return Value.Check(AnswerSchema, value) ? value : undefined
}

function parseProblem(text: string): { readonly code: string; readonly detail: string } | undefined {
  const value = json(text)
  return Value.Check(ProblemSchema, value) ? value : undefined
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
