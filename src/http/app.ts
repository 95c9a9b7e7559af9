import type { IncomingMessage, ServerResponse } from 'node:http'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type FastifyError, fastify, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import type { LogLevel } from '../config/settings.ts'
import type { Schedule } from '../lib/schedule.ts'
import type { HttpMetrics } from '../metrics/http.ts'
import type { AnalysisRoutesDeps } from './analysis-handler.ts'
import type { App } from './app-type.ts'
import { listParameters, toProblem } from './errors.ts'
import type { Health } from './health.ts'
import { answerMalformed, malformedProblem } from './malformed.ts'
import { PROBLEM_TYPE, problem } from './problem.ts'
import { analysisRoutes } from './routes/analysis.ts'
import { gateRoute } from './routes/gate.ts'
import { healthRoutes } from './routes/health.ts'
import { metaRoutes } from './routes/meta.ts'
import { type NotificationsSource, notificationRoutes } from './routes/notifications.ts'

/** Maximum length of path and query, bytes. */
const MAX_URL_BYTES = 4096
/** Maximum size of a POST's body, bytes. */
const MAX_BODY_BYTES = 64 * 1024
/** How long the headers of a request may take to arrive, ms. */
const HEADERS_TIMEOUT_MS = 10_000
/** How long a whole request may take to arrive, ms. */
const REQUEST_TIMEOUT_MS = 15_000
/** How long an idle connection stays open, ms: longer than the usual intervals between questions (up to 10 minutes). */
const KEEP_ALIVE_MS = 620_000

/** Receives log lines. */
export interface LogSink {
  write(line: string): void
}

/** What the app needs. */
interface AppDeps {
  readonly version: string
  readonly logLevel: LogLevel
  /** Receives log lines; standard output by default. */
  readonly logTo?: LogSink
  readonly health: Health
  readonly registry: Registry
  readonly metrics: HttpMetrics
  /** Series of the workloads, in the text format. */
  readonly workloadMetrics: () => Promise<string>
  readonly analysis: Omit<AnalysisRoutesDeps, 'metrics'>
  /** For the heartbeats of streams. */
  readonly schedule: Schedule
  /** Null while the notifier is off. */
  readonly notifications: () => NotificationsSource | null
}

/** Wires the routes and the form of errors; does not listen yet. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const app: App = fastify({
    logger: { level: deps.logLevel, ...(deps.logTo === undefined ? {} : { stream: deps.logTo }) },
    // The onResponse hook below logs one line for each request, at debug.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    // A base URL that ends with a slash, and a route behind it. The router's own ignoreDuplicateSlashes would make every
    // request slower, and the URL is also what an answer is remembered by.
    rewriteUrl: ({ url = '/' }) => (url.startsWith('//') ? url.replace(/^\/+/, '/') : url),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { removeAdditional: false, allErrors: true, coerceTypes: true } },
    clientErrorHandler: (error, socket) => {
      // A client that closed the connection has sent nothing malformed.
      if (error.code !== 'ECONNRESET' && socket.writable) {
        const { code } = malformedProblem(error)
        deps.metrics.malformed(code)
        app.log.warn({ code: error.code }, `malformed request: ${code}`)
      }
      answerMalformed(error, socket)
    },
    // The router fails before any route is known, so the reply has no typed schema.
    frameworkErrors: (error, request, reply) => {
      const body = toProblem(error)
      request.log.warn({ err: error.message }, 'refused request')
      reply.hijack()
      reply.raw.writeHead(body.status, { 'content-type': PROBLEM_TYPE }).end(JSON.stringify(body))
    },
  }).withTypeProvider<TypeBoxTypeProvider>()

  // Callbacks instead of async functions: a promise for each hook would be a tenth of an answer's cost.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url.length <= MAX_URL_BYTES) return done()
    const detail = `The URL has more than ${MAX_URL_BYTES} bytes; send a POST instead.`
    const body = problem(414, 'url-too-long', detail)
    void reply.code(body.status).type(PROBLEM_TYPE).send(body)
  })
  if (deps.logLevel === 'debug' || deps.logLevel === 'trace') {
    app.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      request.log.debug(
        { method, route: routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime },
        'answered',
      )
      done()
    })
  }
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const body = toProblem(error, listParameters(request.routeOptions.schema))
    if (body.status >= 500 && body.status !== 503) request.log.error({ err: error }, 'request failed')
    if (body.status === 503) void reply.header('retry-after', '2')
    return reply.code(body.status).type(PROBLEM_TYPE).send(body)
  })
  app.setNotFoundHandler((request, reply) => {
    const detail = `${request.method} ${request.url.split('?')[0]} does not exist; see /openapi.yaml.`
    return reply
      .code(404)
      .type(PROBLEM_TYPE)
      .send(problem(404, 'no-such-route', detail))
  })

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lynceus',
        version: deps.version,
        description: 'Answers whether a revision of a Kubernetes workload is good.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'analysis', description: 'Questions about revisions.' },
        { name: 'service', description: 'The service itself.' },
      ],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  })
  analysisRoutes(app, { ...deps.analysis, metrics: deps.metrics })
  gateRoute(app, { ...deps.analysis, schedule: deps.schedule, metrics: deps.metrics })
  notificationRoutes(app, deps.notifications)
  healthRoutes(app, deps.health)
  metaRoutes(app, deps.version, deps.registry, deps.workloadMetrics)
  return app
}

/**
 * From now on each answer closes its connection, so that clients open their next one to another replica instead of losing
 * this one with a request on it.
 */
export function closeAfterAnswers(app: App): void {
  // In front of the router, and only from now on: before that it costs an answer nothing.
  app.server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    response.setHeader('connection', 'close')
  })
}
