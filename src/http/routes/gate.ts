import type { FastifyReply, FastifyRequest } from 'fastify'
import { ChangeLines, type GateFormat, negotiateForm, renderResult } from '../../formats/gate-format.ts'
import type { Schedule } from '../../lib/schedule.ts'
import type { HttpMetrics } from '../../metrics/http.ts'
import type { Seconds } from '../../model/meta.ts'
import { NotFoundError } from '../../question/not-found-error.ts'
import { type GateParameters, GateSchema, parseGateQuestion } from '../../question/parse-gate.ts'
import type { QuestionScope } from '../../question/question.ts'
import type { Verdict } from '../../rules/verdict.ts'
import { attachLogs, type LogReader } from '../../wait/attach-logs.ts'
import type { WaitingEngine } from '../../wait/engine.ts'
import type { EndReason, WaitResult } from '../../wait/gate-waits.ts'
import type { Snapshot } from '../../wait/snapshot.ts'
import type { App } from '../app-type.ts'
import { EventStream } from '../event-stream.ts'
import { PROBLEM_CONTENT } from '../problem.ts'
import { whileConnected } from '../while-connected.ts'

/** What the gate needs. */
interface GateRouteDeps {
  readonly engine: WaitingEngine
  readonly metrics: HttpMetrics
  readonly now: () => Seconds
  /** For the heartbeats of streams. */
  readonly schedule: Schedule
  readonly scope: QuestionScope
  /** Null where logs may not be read. */
  readonly logs: LogReader | null
}

const PATH = '/gate'
/** With these statuses `curl --fail-with-body` is a correct step of a pipeline. */
const STATUS: Readonly<Record<Verdict, number>> = { pass: 200, fail: 424, pending: 408, unknown: 503 }
/** When to ask again after the service stopped or the verdict was unknown, seconds. */
const RETRY_AFTER_SECONDS = '2'

/** Waits for the final verdict: GET with a query, or POST with the same as JSON. */
export function gateRoute(app: App, deps: GateRouteDeps): void {
  const schema = {
    tags: ['analysis'],
    summary: 'Wait until it has rolled out or has failed to.',
    description: DESCRIPTION,
    response: RESPONSE,
  }
  app.get(PATH, { schema: { ...schema, querystring: GateSchema } }, (request, reply) =>
    handle(deps, request.query, request, reply),
  )
  app.post(PATH, { schema: { ...schema, body: GateSchema } }, (request, reply) =>
    handle(deps, request.body, request, reply),
  )
}

const EXPLAINING: ReadonlySet<string> = new Set(['text', 'junit', 'github'])
/** Whoever left needs no logs, and whoever is released asks again. */
const READS_LOGS: ReadonlySet<EndReason> = new Set(['verdict', 'timeout'])

/** Adds the logs that explain the verdict. */
async function explain(result: WaitResult, logs: LogReader | null): Promise<WaitResult> {
  const { answer, runs } = result.snapshot
  const explained = await attachLogs(answer, runs, logs)
  return explained === answer ? result : { ...result, snapshot: result.snapshot.withAnswer(explained) }
}

/** Waits for the verdict; calls back with each snapshot. */
type Wait = (onSnapshot: (snapshot: Snapshot) => void) => Promise<WaitResult>

async function handle(
  deps: GateRouteDeps,
  { format, ...parameters }: GateParameters,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const started = performance.now()
  const elapsed = (): Seconds => (performance.now() - started) / 1000
  try {
    const form = negotiateForm(format, request.headers.accept)
    // These formats list each workload, or what explains the answer.
    const detail = EXPLAINING.has(form) ? 'full' : (parameters.detail ?? 'summary')
    const awaited = parseGateQuestion({ ...parameters, detail }, deps.scope, deps.now())
    let evaluated: Seconds | undefined
    const wait: Wait = async (onSnapshot) => {
      const result = await whileConnected(reply, (signal) =>
        deps.engine.gate({
          ...awaited,
          signal,
          onSnapshot: (snapshot) => {
            evaluated ??= elapsed()
            onSnapshot(snapshot)
          },
        }),
      )
      return READS_LOGS.has(result.reason) ? explain(result, deps.logs) : result
    }
    const { snapshot } =
      form === 'stream' ? await stream(wait, deps, reply) : await answer(wait, form, elapsed, reply)
    deps.metrics.answered(PATH, snapshot.answer.verdict, evaluated ?? elapsed())
  } catch (error) {
    deps.metrics.answered(PATH, 'error', elapsed())
    if (!reply.raw.headersSent) throw error
    request.log.error({ err: error }, 'a stream broke off')
    reply.raw.destroy()
  }
  return reply
}

async function answer(
  wait: Wait,
  format: GateFormat,
  elapsed: () => Seconds,
  reply: FastifyReply,
): Promise<WaitResult> {
  const changes = new ChangeLines()
  const result = await wait((snapshot) => changes.add(snapshot))
  const { snapshot, reason } = result
  if (reason === 'not-found') throw new NotFoundError(snapshot.answer.message)
  const status = STATUS[snapshot.answer.verdict]
  if (reason === 'released' || status === STATUS.unknown)
    void reply.header('retry-after', RETRY_AFTER_SECONDS)
  const { type, body } = renderResult(format, result, changes.lines, elapsed())
  void reply.code(status).type(type).send(body)
  return result
}

const LAST_EVENT: Readonly<Record<EndReason, 'final' | 'timeout' | 'closing'>> = {
  verdict: 'final',
  superseded: 'final',
  'not-found': 'final',
  timeout: 'timeout',
  released: 'closing',
  left: 'closing',
}

/** Sends nothing before the first snapshot, so that an error of the question is answered as a problem. */
async function stream(wait: Wait, { schedule }: GateRouteDeps, reply: FastifyReply): Promise<WaitResult> {
  let events: EventStream | undefined
  try {
    const result = await wait((snapshot) => {
      if (events === undefined) {
        void reply.hijack()
        events = new EventStream(reply.raw, schedule)
      }
      if (snapshot.final === null) events.send(snapshot)
    })
    events?.end(LAST_EVENT[result.reason], result.snapshot)
    return result
  } finally {
    events?.stop()
  }
}

const DESCRIPTION =
  'Answers as soon as the verdict is final, else at the timeout, by status: pass 200, fail 424, still pending 408, unknown 503. ' +
  'A pass is final once it has been stable for `settle`. For a workload given by kind and name, the gate waits for the ' +
  'revision at the start: a newer one ends the wait (fail, superseded). With `Accept: text/event-stream` each change is an event ' +
  '(`verdict`, or `progress` when only the message changed; data is the answer), with a comment every 15 s, and the last one ' +
  'is `final`, `timeout` or, when the service stops, `closing`.'

const JSON_ANSWER = { 'application/json': { schema: { $ref: 'Answer#' } } }
const TEXT = {
  'text/plain': { schema: { type: 'string' } },
  'application/xml': { schema: { type: 'string' } },
}

const RESPONSE = {
  200: {
    description: 'pass, or the stream of events.',
    content: { ...JSON_ANSWER, ...TEXT, 'text/event-stream': { schema: { type: 'string' } } },
  },
  400: { description: 'The question is not valid.', content: PROBLEM_CONTENT },
  404: {
    description: 'Nothing matches the question, and nothing appeared within the grace period.',
    content: PROBLEM_CONTENT,
  },
  408: { description: 'Still pending at the timeout.', content: { ...JSON_ANSWER, ...TEXT } },
  424: { description: 'fail: it will not become good.', content: { ...JSON_ANSWER, ...TEXT } },
  503: {
    description: 'unknown: the data are missing or too old; or too many clients are waiting.',
    content: { ...JSON_ANSWER, ...TEXT, ...PROBLEM_CONTENT },
  },
}
