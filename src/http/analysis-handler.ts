import type { FastifyReply, onRequestHookHandler } from 'fastify'
import type { Answer } from '../analyze/answer-schema.ts'
import type { HttpMetrics } from '../metrics/http.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { ParsedQuestion } from '../question/parse.ts'
import type { Question, QuestionScope } from '../question/question.ts'
import type { Analyze } from '../wait/attempt.ts'
import type { WaitingEngine } from '../wait/engine.ts'
import { ResponseCache } from './response-cache.ts'
import { whileConnected } from './while-connected.ts'

/** What the analysis routes need. */
export interface AnalysisRoutesDeps {
  /** What the engine answers from. */
  readonly view: ClusterView
  readonly engine: WaitingEngine
  readonly metrics: HttpMetrics
  readonly now: () => Seconds
  readonly scope: QuestionScope
}

/** Reads the parameters of a request. Throws an InvalidQuestionError. */
export type Read<Q extends Question> = (scope: QuestionScope, now: Seconds) => ParsedQuestion<Q>

const JSON_TYPE = 'application/json; charset=utf-8'
const problemContent = { content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } }
/** Spans that end now move with the clock, so the same question is another one a moment later. */
const MOVING = ['window', 'since', 'wait']

/** What all analysis routes answer with. */
export const ANSWERS = {
  200: { $ref: 'Answer#' },
  '4xx': { description: 'The question is not valid.', ...problemContent },
  503: { description: 'The data are missing or too old.', ...problemContent },
}

/** Answers the questions of the routes: from the response cache, else by the engine; counts the answers. */
export class AnalysisHandler {
  readonly #deps: AnalysisRoutesDeps
  readonly #cache: ResponseCache

  constructor(deps: AnalysisRoutesDeps) {
    this.#deps = deps
    this.#cache = new ResponseCache(deps.view)
  }

  /** Answers a GET from the cache, before anything of it is parsed. */
  fromCache(path: string): onRequestHookHandler {
    const { metrics, now } = this.#deps
    return (request, reply, done) => {
      const known = this.#cache.get(request.url, now())
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
    const { answer, recheckAt, namespace, version } = await this.#ask(path, read, analyze, reply)
    const body = reply.serialize(answer)
    const lasting = !MOVING.some((name) => Object.hasOwn(parameters, name))
    if (lasting && typeof body === 'string')
      this.#cache.put(url, { namespace, version }, answer, body, recheckAt)
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
    const { engine, metrics, now, scope } = this.#deps
    const started = performance.now()
    const elapsed = (): Seconds => (performance.now() - started) / 1000
    try {
      const { question, waitSeconds } = read(scope, now())
      let seconds = 0
      const onAnswer = (): void => {
        seconds = elapsed()
      }
      const answer = (signal?: AbortSignal) =>
        engine.answer({ name: path, question, analyze, waitSeconds, signal, onAnswer })
      const evaluated = await (waitSeconds > 0 ? whileConnected(reply, answer) : answer())
      metrics.answered(path, evaluated.answer.verdict, seconds)
      metrics.unknownReasons.observe(evaluated.unknown)
      return { ...evaluated, namespace: question.namespace }
    } catch (error) {
      metrics.answered(path, 'error', elapsed())
      throw error
    }
  }
}
