import { AnswerSchema } from '../../analyze/answer-schema.ts'
import { analyzeCompare } from '../../analyze/compare/compare.ts'
import { analyzeCrashes } from '../../analyze/crashes.ts'
import { analyzeOverall } from '../../analyze/overall.ts'
import { analyzeRollout } from '../../analyze/rollout.ts'
import { ProblemSchema } from '../../formats/problem-schema.ts'
import { QuestionSchema } from '../../question/parameters.ts'
import { parseQuestion } from '../../question/parse.ts'
import { CompareSchema, parseCompareQuestion } from '../../question/parse-compare.ts'
import type { Question } from '../../question/question.ts'
import type { Analyze } from '../../wait/attempt.ts'
import { ANSWERS, AnalysisHandler, type AnalysisRoutesDeps } from '../analysis-handler.ts'
import type { App } from '../app-type.ts'

const REVISION_ROUTES: readonly (readonly [path: string, summary: string, analyze: Analyze<Question>])[] = [
  ['/analyze', 'Is this revision good, all in all?', analyzeOverall],
  ['/analyze/crashes', 'Do its pods crash?', analyzeCrashes],
  ['/analyze/rollout', 'Has it rolled out, is it stuck, is it dead?', analyzeRollout],
]

/** Questions about revisions: GET with a query, or POST with the same as JSON. */
export function analysisRoutes(app: App, deps: AnalysisRoutesDeps): void {
  app.addSchema(AnswerSchema)
  app.addSchema(ProblemSchema)
  const handler = new AnalysisHandler(deps)
  for (const route of REVISION_ROUTES) revisionRoute(app, handler, ...route)
  compareRoute(app, handler)
}

function revisionRoute(
  app: App,
  handler: AnalysisHandler,
  path: string,
  summary: string,
  analyze: Analyze<Question>,
): void {
  const schema = { tags: ['analysis'], summary, response: ANSWERS }
  app.get(
    path,
    { schema: { ...schema, querystring: QuestionSchema }, onRequest: handler.fromCache(path) },
    ({ url, query }, reply) =>
      handler.get(path, url, query, (scope, now) => parseQuestion(query, scope, now), analyze, reply),
  )
  app.post(path, { schema: { ...schema, body: QuestionSchema } }, ({ body }, reply) =>
    handler.post(path, (scope, now) => parseQuestion(body, scope, now), analyze, reply),
  )
}

/** Has parameters of its own; the types of a route come from its schema, so it cannot be one of the list. */
function compareRoute(app: App, handler: AnalysisHandler): void {
  const path = '/analyze/compare'
  const summary = 'Does the canary crash more than the stable version?'
  const schema = { tags: ['analysis'], summary, response: ANSWERS }
  app.get(
    path,
    { schema: { ...schema, querystring: CompareSchema }, onRequest: handler.fromCache(path) },
    ({ url, query }, reply) =>
      handler.get(
        path,
        url,
        query,
        (scope, now) => parseCompareQuestion(query, scope, now),
        analyzeCompare,
        reply,
      ),
  )
  app.post(path, { schema: { ...schema, body: CompareSchema } }, ({ body }, reply) =>
    handler.post(path, (scope, now) => parseCompareQuestion(body, scope, now), analyzeCompare, reply),
  )
}
