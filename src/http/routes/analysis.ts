import { AnswerSchema } from '../../analyze/answer-schema.ts'
import { analyzeCompare } from '../../analyze/compare/compare.ts'
import { analyzeCrashes } from '../../analyze/crashes.ts'
import { analyzeOverall } from '../../analyze/overall.ts'
import { analyzeRollout } from '../../analyze/rollout.ts'
import { ProblemSchema } from '../../formats/problem-schema.ts'
import { QuestionSchema } from '../../question/parameters.ts'
import { parseQuestion } from '../../question/parse.ts'
import { CompareSchema, parseCompareQuestion } from '../../question/parse-compare.ts'
import { AnalysisHandler, type AnalysisRoutesDeps } from '../analysis-handler.ts'
import type { App } from '../app-type.ts'
import { PROBLEM_CONTENT } from '../problem.ts'

const REVISION_ROUTES = [
  { path: '/analyze', summary: 'Is this revision good, all in all?', analyze: analyzeOverall },
  { path: '/analyze/crashes', summary: 'Do its pods crash?', analyze: analyzeCrashes },
  {
    path: '/analyze/rollout',
    summary: 'Has it rolled out, is it stuck, is it dead?',
    analyze: analyzeRollout,
  },
]

/** What all analysis routes answer with. */
const ANSWERS = {
  200: { $ref: 'Answer#' },
  '4xx': { description: 'The question is not valid.', content: PROBLEM_CONTENT },
  503: { description: 'The data are missing or too old.', content: PROBLEM_CONTENT },
}

/** Questions about revisions: GET with a query, or POST with the same as JSON. */
export function analysisRoutes(app: App, deps: AnalysisRoutesDeps): void {
  app.addSchema(AnswerSchema)
  app.addSchema(ProblemSchema)
  const handler = new AnalysisHandler(deps)
  for (const { path, summary, analyze } of REVISION_ROUTES) {
    const route = { path, parse: parseQuestion, analyze }
    const schema = { tags: ['analysis'], summary, response: ANSWERS }
    const onRequest = handler.fromCache(path)
    app.get(path, { schema: { ...schema, querystring: QuestionSchema }, onRequest }, (request, reply) =>
      handler.answer(route, request.query, request, reply),
    )
    app.post(path, { schema: { ...schema, body: QuestionSchema } }, (request, reply) =>
      handler.answer(route, request.body, request, reply),
    )
  }
  compareRoute(app, handler)
}

/** Not in the list above, because the schema of a route decides the types of its parameters. */
function compareRoute(app: App, handler: AnalysisHandler): void {
  const path = '/analyze/compare'
  const route = { path, parse: parseCompareQuestion, analyze: analyzeCompare }
  const summary = 'Does the canary crash more than the stable version?'
  const schema = { tags: ['analysis'], summary, response: ANSWERS }
  const onRequest = handler.fromCache(path)
  app.get(path, { schema: { ...schema, querystring: CompareSchema }, onRequest }, (request, reply) =>
    handler.answer(route, request.query, request, reply),
  )
  app.post(path, { schema: { ...schema, body: CompareSchema } }, (request, reply) =>
    handler.answer(route, request.body, request, reply),
  )
}
