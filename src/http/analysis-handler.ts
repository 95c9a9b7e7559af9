import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Analyze } from '../analyze/evaluate.ts'
import type { HttpMetrics } from '../metrics/http.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { ParsedQuestion } from '../question/parse.ts'
import type { Question, QuestionScope } from '../question/question.ts'
import { attachLogs, type LogReader } from '../wait/attach-logs.ts'
import type { WaitingEngine } from '../wait/engine.ts'
import { ResponseCache } from './response-cache.ts'
import { whileConnected } from './while-connected.ts'

/** What the analysis routes need. */
export interface AnalysisRoutesDeps {
  /** The view of the engine. */
  readonly view: ClusterView
  readonly engine: WaitingEngine
  readonly metrics: HttpMetrics
  readonly now: () => Seconds
  readonly scope: QuestionScope
  /** Null where logs may not be read. */
  readonly logs: LogReader | null
}

/** An analysis with its path. */
export interface AnalysisRoute<G extends object, Q extends Question> {
  readonly path: string
  /** Builds the question from the parameters. Throws an InvalidQuestionError. */
  readonly parse: (given: G, scope: QuestionScope, now: Seconds) => ParsedQuestion<Q>
  readonly analyze: Analyze<Q>
}

const JSON_TYPE = 'application/json; charset=utf-8'
/** Parameters with which the same query is another question a moment later. */
const MOVING = ['window', 'since', 'wait']

/** Answers the questions of the routes, from the response cache or by the engine, and counts the answers. */
export class AnalysisHandler {
  readonly #deps: AnalysisRoutesDeps
  readonly #cache: ResponseCache

  constructor(deps: AnalysisRoutesDeps) {
    this.#deps = deps
    this.#cache = new ResponseCache(deps.view)
  }

  /** Answers a GET from the cache, before its parameters are parsed. */
  fromCache(path: string): onRequestHookHandler {
    const { metrics, now } = this.#deps
    return (request, reply, done) => {
      const known = this.#cache.get(request.url, now())
      if (known === undefined) return done()
      metrics.answered(path, known.verdict, 0)
      void reply.type(JSON_TYPE).send(known.body)
    }
  }

  /** Answers a GET or a POST, and caches the answer of a GET. `given`: the parameters. */
  async answer<G extends object, Q extends Question>(
    route: AnalysisRoute<G, Q>,
    given: G,
    { method, url }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const evaluated = await this.#evaluate(route, given, reply)
    const answer = await attachLogs(evaluated.answer, evaluated.runs, this.#deps.logs)
    const body = reply.serialize(answer)
    // What a container writes is no change that the cache hears of.
    const isLasting =
      method === 'GET' && answer.logs === undefined && !MOVING.some((name) => Object.hasOwn(given, name))
    if (isLasting && typeof body === 'string') this.#cache.put(url, body, evaluated)
    return reply.type(JSON_TYPE).send(body)
  }

  async #evaluate<G extends object, Q extends Question>(
    { path, parse, analyze }: AnalysisRoute<G, Q>,
    given: G,
    reply: FastifyReply,
  ) {
    const { engine, metrics, now, scope } = this.#deps
    const started = performance.now()
    const elapsed = (): Seconds => (performance.now() - started) / 1000
    try {
      const { question, waitSeconds } = parse(given, scope, now())
      let seconds = 0
      const onAnswer = (): void => {
        seconds = elapsed()
      }
      const answer = (signal?: AbortSignal) =>
        engine.answer({ name: path, question, analyze, waitSeconds, signal, onAnswer })
      const evaluated = await (waitSeconds > 0 ? whileConnected(reply, answer) : answer())
      metrics.answered(path, evaluated.answer.verdict, seconds)
      metrics.unknownReasons.observe(evaluated.unknown)
      return evaluated
    } catch (error) {
      metrics.answered(path, 'error', elapsed())
      throw error
    }
  }
}
