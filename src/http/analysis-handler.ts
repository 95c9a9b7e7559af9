import type { FastifyReply, onRequestHookHandler } from 'fastify'
import type { Answer, TimedAnswer } from '../analyze/answer.ts'
import type { HttpMetrics } from '../metrics/http.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { ParsedQuestion } from '../question/parse.ts'
import type { Question } from '../question/question.ts'
import type { Policy } from '../rules/policy.ts'
import type { Holder } from '../wait/long-polls.ts'
import { NotFoundGrace } from '../wait/not-found-grace.ts'
import { ResponseCache } from './response-cache.ts'

/** What the analysis routes need. */
export interface AnalysisRoutesDeps {
  readonly view: ClusterView
  readonly holder: Holder
  readonly metrics: HttpMetrics
  readonly now: () => Seconds
  /** The namespaces that are watched; empty: all. */
  readonly namespaces: readonly string[]
  readonly staleAfterSeconds: number
  /** What annotations and the question itself go over. */
  readonly policy: Policy
}

/** How a route answers. Throws a NotFoundError or an UnavailableError. */
export type Analyze<Q extends Question> = (
  view: ClusterView,
  question: Q,
  now: Seconds,
  staleAfterSeconds: number,
  policy: Policy,
) => TimedAnswer

/** Reads the parameters of a request. Throws an InvalidQuestionError. */
export type Read<Q extends Question> = (confinedTo: readonly string[], now: Seconds) => ParsedQuestion<Q>

const JSON_TYPE = 'application/json; charset=utf-8'
const problemContent = { content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } }
/** Spans that end now move with the clock, so the same question is another one a moment later. */
const MOVING = ['window', 'since', 'wait']

/** What all analysis routes answer with. */
export const ANSWERS = {
  200: { $ref: 'Answer#' },
  '4xx': { description: 'The question cannot be answered as it is put.', ...problemContent },
  503: { description: 'The data are missing or too old to answer from.', ...problemContent },
}

/** Asks questions for the routes: waits a moment for what is not there yet, holds answers, remembers and counts them. */
export class AnalysisHandler {
  readonly #deps: AnalysisRoutesDeps
  readonly #patience = new NotFoundGrace()
  readonly #memo: ResponseCache

  constructor(deps: AnalysisRoutesDeps) {
    this.#deps = deps
    this.#memo = new ResponseCache(deps.view)
  }

  /** Answers a GET from memory, before anything of it is parsed. */
  remembered(path: string): onRequestHookHandler {
    const { metrics, now } = this.#deps
    return (request, reply, done) => {
      const known = this.#memo.get(request.url, now())
      if (known === undefined) return done()
      metrics.answered(path, known.verdict, 0)
      void reply.type(JSON_TYPE).send(known.body)
    }
  }

  /** Answers a GET; `parameters` are those that were given. */
  async get<Q extends Question>(
    path: string,
    url: string,
    parameters: object,
    read: Read<Q>,
    analyze: Analyze<Q>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { answer, recheckAt, question, version } = await this.#ask(path, read, analyze, reply)
    const body = reply.serialize(answer)
    const lasting = !MOVING.some((name) => Object.hasOwn(parameters, name))
    if (lasting && typeof body === 'string')
      this.#memo.put(url, { namespace: question.namespace, version }, answer, body, recheckAt)
    return reply.type(JSON_TYPE).send(body)
  }

  async post<Q extends Question>(
    path: string,
    read: Read<Q>,
    analyze: Analyze<Q>,
    reply: FastifyReply,
  ): Promise<Answer> {
    return (await this.#ask(path, read, analyze, reply)).answer
  }

  async #ask<Q extends Question>(path: string, read: Read<Q>, analyze: Analyze<Q>, reply: FastifyReply) {
    const { view, holder, metrics, now, namespaces, staleAfterSeconds, policy } = this.#deps
    const started = performance.now()
    try {
      const { question, waitSeconds } = read(namespaces, now())
      let version = 0
      const evaluate = (): TimedAnswer => {
        version = view.version(question.namespace)
        return analyze(view, question, now(), staleAfterSeconds, policy)
      }
      const onChange = (listener: () => void) => view.onChange(question.namespace, listener)
      const first = await this.#patience.ask(evaluate, onChange)
      const seconds = (performance.now() - started) / 1000
      const held =
        waitSeconds > 0 ? await hold(holder, { evaluate, onChange, seconds: waitSeconds }, reply) : first
      metrics.answered(path, held.answer.verdict, seconds)
      metrics.unknownReasons.observe(held.unknown)
      return { ...held, question, version }
    } catch (error) {
      metrics.answered(path, 'error', (performance.now() - started) / 1000)
      throw error
    }
  }
}

/** A client that goes away need not be answered. */
async function hold(
  holder: Holder,
  holding: {
    readonly evaluate: () => TimedAnswer
    readonly onChange: (listener: () => void) => () => void
    readonly seconds: number
  },
  reply: FastifyReply,
): Promise<TimedAnswer> {
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  reply.raw.once('close', abort)
  try {
    return await holder.hold({ ...holding, signal: gone.signal })
  } finally {
    reply.raw.off('close', abort)
  }
}
