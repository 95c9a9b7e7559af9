import type { FastifyReply, onRequestHookHandler } from 'fastify'
import type { Evaluation } from '../../analyze/answer.ts'
import { analyzeCrashes } from '../../analyze/crashes.ts'
import type { Holder } from '../../analyze/holder.ts'
import { analyzeOverall } from '../../analyze/overall.ts'
import { Patience } from '../../analyze/patience.ts'
import type { Question } from '../../analyze/question.ts'
import { analyzeRollout } from '../../analyze/rollout.ts'
import type { Policy } from '../../classify/policy.ts'
import type { HttpMetrics } from '../../metrics/http.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import type { App } from '../app-type.ts'
import { AnswerMemo } from '../memo.ts'
import { type Parameters, questionOf } from '../question-of.ts'
import { AnswerSchema } from '../schemas/answer.ts'
import { ProblemSchema } from '../schemas/problem.ts'
import { QuestionSchema } from '../schemas/question.ts'

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

type Analyze = (
  view: ClusterView,
  question: Question,
  now: Seconds,
  staleAfterSeconds: number,
  policy: Policy,
) => Evaluation

const ROUTES: readonly (readonly [path: string, summary: string, analyze: Analyze])[] = [
  ['/analyze', 'Is this revision good, all in all?', analyzeOverall],
  ['/analyze/crashes', 'Do its pods crash?', analyzeCrashes],
  ['/analyze/rollout', 'Has it rolled out, is it stuck, is it dead?', analyzeRollout],
]

/** Questions about revisions: GET with a query, or POST with the same as JSON. */
export function analysisRoutes(app: App, deps: AnalysisRoutesDeps): void {
  app.addSchema(AnswerSchema)
  app.addSchema(ProblemSchema)
  const patience = new Patience()
  const memo = new AnswerMemo(deps.view)
  for (const [path, summary, analyze] of ROUTES) {
    const response = {
      200: { $ref: 'Answer#' },
      '4xx': { description: 'The question cannot be answered as it is put.', ...problemContent },
      503: { description: 'The data are missing or too old to answer from.', ...problemContent },
    }
    const schema = { tags: ['analysis'], summary, response }
    const remembered: onRequestHookHandler = (request, reply, done) => {
      const known = memo.get(request.url, deps.now())
      if (known === undefined) return done()
      deps.metrics.answered(path, known.verdict, 0)
      void reply.type(JSON_TYPE).send(known.body)
    }
    app.get(
      path,
      { schema: { ...schema, querystring: QuestionSchema }, onRequest: remembered },
      async (request, reply) => {
        const { answer, recheckAt, question } = await ask(path, analyze, request.query, reply, deps, patience)
        const body = reply.serialize(answer)
        // Spans that end now move with the clock, so the same question is another one a moment later.
        const lasting =
          request.query.window === undefined &&
          request.query.since === undefined &&
          request.query.wait === undefined
        if (lasting && typeof body === 'string')
          memo.put(request.url, question.namespace, answer, body, recheckAt)
        return reply.type(JSON_TYPE).send(body)
      },
    )
    app.post(path, { schema: { ...schema, body: QuestionSchema } }, async (request, reply) => {
      const { answer } = await ask(path, analyze, request.body, reply, deps, patience)
      return answer
    })
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const problemContent = { content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } }

async function ask(
  route: string,
  analyze: Analyze,
  parameters: Parameters,
  reply: FastifyReply,
  { view, holder, metrics, now, namespaces, staleAfterSeconds, policy }: AnalysisRoutesDeps,
  patience: Patience,
) {
  const started = performance.now()
  try {
    const { question, waitSeconds } = questionOf(parameters, namespaces, now())
    const evaluate = (): Evaluation => analyze(view, question, now(), staleAfterSeconds, policy)
    const onChange = (listener: () => void) => view.onChange(question.namespace, listener)
    const first = await patience.ask(evaluate, onChange)
    const seconds = (performance.now() - started) / 1000
    const held =
      waitSeconds > 0 ? await hold(holder, { evaluate, onChange, seconds: waitSeconds }, reply) : first
    metrics.answered(route, held.answer.verdict, seconds)
    metrics.unknownReasons.observe(held.unknown)
    return { ...held, question }
  } catch (error) {
    metrics.answered(route, 'error', (performance.now() - started) / 1000)
    throw error
  }
}

/** A client that goes away need not be answered. */
async function hold(
  holder: Holder,
  holding: {
    readonly evaluate: () => Evaluation
    readonly onChange: (listener: () => void) => () => void
    readonly seconds: number
  },
  reply: FastifyReply,
): Promise<Evaluation> {
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  reply.raw.once('close', abort)
  try {
    return await holder.hold({ ...holding, signal: gone.signal })
  } finally {
    reply.raw.off('close', abort)
  }
}
