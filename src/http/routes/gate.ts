import type { FastifyReply, FastifyRequest } from 'fastify'
import { ChangeLines, type GateFormat, negotiateForm, renderOutcome } from '../../formats/gate-format.ts'
import type { HttpMetrics } from '../../metrics/http.ts'
import type { Seconds } from '../../model/meta.ts'
import { GateSchema } from '../../question/gate-schema.ts'
import { NotFoundError } from '../../question/not-found-error.ts'
import { type GateParameters, parseGateQuestion } from '../../question/parse-gate.ts'
import type { Verdict } from '../../rules/verdict.ts'
import type { Schedule } from '../../wait/schedule.ts'
import type { End, Outcome, Wait } from '../../wait/waiter.ts'
import type { WaitingRoom } from '../../wait/waiting-room.ts'
import type { App } from '../app-type.ts'
import { EventStream } from '../event-stream.ts'

/** What the gate needs. */
export interface GateRouteDeps {
  readonly room: WaitingRoom
  readonly metrics: HttpMetrics
  readonly now: () => Seconds
  readonly schedule: Schedule
  /** The namespaces that are watched; empty: all. */
  readonly namespaces: readonly string[]
}

const PATH = '/gate'
/** So `curl --fail-with-body` is a correct step of a pipeline. */
const STATUS: Readonly<Record<Verdict, number>> = { pass: 200, fail: 424, pending: 408, unknown: 503 }
/** When to ask again after this service let a client go or could not tell, seconds. */
const RETRY_AFTER_SECONDS = '2'

/** Waits for the final verdict: GET with a query, or POST with the same as JSON. */
export function gateRoute(app: App, deps: GateRouteDeps): void {
  const schema = {
    tags: ['analysis'],
    summary: 'Wait until it has rolled out or will not.',
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

type Attend = (wait: Pick<Wait, 'tell'>) => Promise<Outcome>

async function handle(
  deps: GateRouteDeps,
  { format, ...parameters }: GateParameters,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const started = performance.now()
  const since = (): Seconds => (performance.now() - started) / 1000
  const { signal, release } = goneSignal(reply)
  try {
    const form = negotiateForm(format, request.headers.accept)
    // The formats that tell of each workload need them all.
    const detail = form === 'junit' || form === 'github' ? 'full' : (parameters.detail ?? 'summary')
    const awaited = parseGateQuestion({ ...parameters, detail }, deps.namespaces, deps.now())
    let evaluated: Seconds | undefined
    const attend: Attend = ({ tell }) =>
      deps.room.wait({
        ...awaited,
        signal,
        tell: (report) => {
          evaluated ??= since()
          tell(report)
        },
      })
    const { report } =
      form === 'stream' ? await stream(attend, deps, reply) : await answer(attend, form, since, reply)
    deps.metrics.answered(PATH, report.answer.verdict, evaluated ?? since())
  } catch (error) {
    deps.metrics.answered(PATH, 'error', since())
    if (!reply.raw.headersSent) throw error
    request.log.error({ err: error }, 'a stream broke off')
    reply.raw.destroy()
  } finally {
    release()
  }
  return reply
}

/** Aborted when the client goes away. */
function goneSignal(reply: FastifyReply): { readonly signal: AbortSignal; readonly release: () => void } {
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  reply.raw.once('close', abort)
  return { signal: gone.signal, release: () => reply.raw.off('close', abort) }
}

async function answer(
  attend: Attend,
  format: GateFormat,
  since: () => Seconds,
  reply: FastifyReply,
): Promise<Outcome> {
  const changes = new ChangeLines()
  const outcome = await attend({ tell: (report) => changes.add(report) })
  const { report, end } = outcome
  if (end === 'not-found') throw new NotFoundError(report.answer.message)
  const status = STATUS[report.answer.verdict]
  if (end === 'closed' || status === STATUS.unknown) void reply.header('retry-after', RETRY_AFTER_SECONDS)
  const { type, body } = renderOutcome(format, outcome, changes.lines, since())
  void reply.code(status).type(type).send(body)
  return outcome
}

const LAST_EVENT: Readonly<Record<End, 'final' | 'timeout' | 'closing'>> = {
  verdict: 'final',
  superseded: 'final',
  'not-found': 'final',
  timeout: 'timeout',
  closed: 'closing',
  left: 'closing',
}

/** Whatever is wrong with the question is told as a problem, as nothing is sent before the first report. */
async function stream(attend: Attend, { schedule }: GateRouteDeps, reply: FastifyReply): Promise<Outcome> {
  let events: EventStream | undefined
  try {
    const outcome = await attend({
      tell: (report) => {
        if (events === undefined) {
          void reply.hijack()
          events = new EventStream(reply.raw, schedule)
        }
        if (report.ending === null) events.tell(report)
      },
    })
    events?.end(LAST_EVENT[outcome.end], outcome.report)
    return outcome
  } finally {
    events?.stop()
  }
}

const DESCRIPTION =
  'Answers as soon as the verdict is final, else at the timeout, by status: pass 200, fail 424, still pending 408, unknown 503. ' +
  'A pass is final once it has held for `settle`. Of a workload asked about by kind and name, the revision at the start is ' +
  'waited for: a newer one ends the wait (fail, superseded). With `Accept: text/event-stream` each change comes as an event ' +
  '(`verdict`, or `progress` when only the message changed; data is the answer), with a comment every 15 s, and the last one ' +
  'is `final`, `timeout` or, when the service stops, `closing`.'

const JSON_ANSWER = { 'application/json': { schema: { $ref: 'Answer#' } } }
const PROBLEM = { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
const TEXT = {
  'text/plain': { schema: { type: 'string' } },
  'application/xml': { schema: { type: 'string' } },
}

const RESPONSE = {
  200: {
    description: 'pass, or the stream of events.',
    content: { ...JSON_ANSWER, ...TEXT, 'text/event-stream': { schema: { type: 'string' } } },
  },
  400: { description: 'The question cannot be answered as it is put.', content: PROBLEM },
  404: {
    description: 'Nothing is what the question names, and nothing came within a moment.',
    content: PROBLEM,
  },
  408: { description: 'Still pending at the timeout.', content: { ...JSON_ANSWER, ...TEXT } },
  424: { description: 'fail: it will not become good.', content: { ...JSON_ANSWER, ...TEXT } },
  503: {
    description: 'unknown: the data are missing or too old; or too many clients wait.',
    content: { ...JSON_ANSWER, ...TEXT, ...PROBLEM },
  },
}
