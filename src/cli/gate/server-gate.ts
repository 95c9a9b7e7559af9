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
import type { ProcessContext } from '../command.ts'
import { fetchServer } from '../fetch-server.ts'
import { readEvents } from './event-reader.ts'
import type { GateEnd, GateListener, GateSource } from './gate-source.ts'

/** A question to a server. */
export interface ServerQuestion {
  /** E.g. http://lynceus.lynceus; a path is kept. */
  readonly server: URL
  /** Names the proxy to the server, if any. */
  readonly env: ProcessContext['env']
  /** The parameters of /gate except `timeout`. */
  readonly parameters: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
}

/** How long a server may be unreachable at the start, seconds. */
const MAX_UNREACHABLE_SECONDS = 20
/** A connection that is silent for three heartbeats is dead, ms. */
const MAX_SILENCE_MS = 45_000
/** Delay between two attempts to connect, seconds. */
const BACKOFF = { base: 0.25, cap: 5 }
/** A problem has some hundred bytes, the error page of a proxy a few KiB. */
const MAX_PROBLEM_BYTES = 1024 * 1024
/** Codes of a 503 that a retry does not change. */
const LASTING: ReadonlySet<string> = new Set(['forbidden', 'no-such-resource'])

/** The result of one connection: an end, or why to try again. */
type Attempt = GateEnd | { readonly type: 'retry'; readonly message: string; readonly afterSeconds: number }

/** Reads the event stream of a server, and reconnects when the connection is lost. */
export class ServerGate implements GateSource {
  readonly #question: ServerQuestion
  readonly #startedAt = performance.now()
  /** The last answer. */
  #last: Answer | null = null
  /** The revision of the first answer: later connections wait for it too. */
  #revision: string | null = null
  readonly #backoff: Backoff

  /** `random` gives numbers in [0, 1), for jitter. */
  constructor(question: ServerQuestion, random: () => number) {
    this.#question = question
    this.#backoff = new Backoff(BACKOFF, random)
  }

  async wait(listener: GateListener, signal: AbortSignal): Promise<GateEnd> {
    const { timeoutSeconds, server } = this.#question
    for (;;) {
      const left = timeoutSeconds - this.#seconds()
      const attempt = await this.#attempt(Math.max(left, 0), listener, signal)
      signal.throwIfAborted()
      if (attempt.type !== 'retry') return attempt
      listener.trouble(attempt.message)
      const limit = this.#last === null ? Math.min(MAX_UNREACHABLE_SECONDS, timeoutSeconds) : timeoutSeconds
      if (this.#seconds() + attempt.afterSeconds >= limit)
        return { type: 'unreachable', message: `${server.origin} could not be reached: ${attempt.message}` }
      await sleep(attempt.afterSeconds * 1000, undefined, { signal })
    }
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  async #attempt(left: number, listener: GateListener, signal: AbortSignal): Promise<Attempt> {
    const silence = new AbortController()
    const quiet = setTimeout(
      () => silence.abort(new Error('the server sent nothing for 45 s')),
      MAX_SILENCE_MS,
    )
    try {
      const request = {
        headers: { accept: 'text/event-stream' },
        signal: AbortSignal.any([signal, silence.signal]),
        redirect: 'error',
      } as const
      const response = await fetchServer(this.#url(left), request, this.#question.env)
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
      if (!isStream || response.body === null) return await this.#refused(response)
      for await (const { event = 'message', data } of readEvents(response.body, () => quiet.refresh())) {
        quiet.refresh()
        const end = this.#heard(event, data, listener)
        if (end !== undefined) return end
      }
      return this.#retry('the stream ended')
    } catch (error) {
      signal.throwIfAborted()
      return this.#retry(errorChain(error))
    } finally {
      clearTimeout(quiet)
      // Ends the request where more would follow.
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

  /** Handles an event; returns the result of the connection when the event ends it. */
  #heard(name: string, data: string, listener: GateListener): Attempt | undefined {
    const answer = parseAnswer(data)
    if (answer === undefined)
      return { type: 'inconclusive', message: 'The server sent something that is not an answer of Lynceus.' }
    if (name === 'closing') return this.#retry('the server is shutting down')
    this.#backoff.reset()
    this.#last = answer
    listener.answer(answer)
    const newer = this.#superseded(answer)
    if (newer !== null) return { type: 'final', answer: newer }
    if (name === 'timeout') return { type: 'timeout', answer }
    if (name !== 'final') return undefined
    if (answer.verdict === 'unknown') return { type: 'not-found', message: answer.message }
    return { type: 'final', answer }
  }

  /** The answer when a newer revision appeared during a lost connection; else null. */
  #superseded(answer: Answer): Answer | null {
    const { kind, hash } = this.#question.parameters
    if (kind === undefined || hash !== undefined || answer.revision === null) return null
    this.#revision ??= answer.revision
    return answer.revision === this.#revision ? null : supersededAnswer(answer, this.#revision)
  }

  async #refused(response: Awaited<ReturnType<typeof fetchServer>>): Promise<Attempt> {
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

  /** `atLeast`: the Retry-After of the server, seconds. */
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
