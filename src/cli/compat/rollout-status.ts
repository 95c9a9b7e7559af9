import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../../cluster/client/connection.ts'
import {
  ApiStatusError,
  ClusterConfigError,
  ConnectionError,
  NoAccessError,
} from '../../cluster/client/errors.ts'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain } from '../../lib/error-chain.ts'
import type { LabelSelector } from '../../model/meta.ts'
import { parseSelector, SelectorError } from '../../question/parse-selector.ts'
import { type Command, EXIT, type ProcessContext } from '../command.ts'
import { connectToCluster } from '../connect.ts'
import { goUsage } from './go-flags.ts'
import { judgeAll } from './rollout-status/judge.ts'
import { readLogTail } from './rollout-status/log.ts'
import { FLAGS, readOptions, type StatusOptions } from './rollout-status/options.ts'
import { type Failure, type Outcome, ProgramError } from './rollout-status/outcome.ts'
import type { Output } from './rollout-status/output.ts'
import { StatusProgress } from './rollout-status/progress.ts'
import { StatusWatch } from './rollout-status/watch.ts'

const PROGRAM = 'rollout-status'

/** Shells report the end by a signal as 128 plus its number. */
const EXIT_BY_SIGNAL: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 }

/** `lynceus rollout-status`: waits until a rollout has succeeded or failed; the interface of SocialGouv's rollout-status. */
export const rolloutStatus: Command = {
  name: PROGRAM,
  summary: 'Wait until a rollout has succeeded or failed, as SocialGouv’s rollout-status does.',
  run: async (context) => {
    const read = readOptions(context.args)
    if (read.type === 'options') return run(read.options, context)
    const problem = read.type === 'misuse' ? `${read.message}\n` : ''
    context.stderr.write(`${problem}${goUsage(PROGRAM, FLAGS)}`)
    return read.type === 'help' ? EXIT.pass : EXIT.usage
  },
}

async function run(options: StatusOptions, context: ProcessContext): Promise<number> {
  const ended = await Promise.race([judge(options, context), context.terminated])
  if (typeof ended === 'string') return EXIT_BY_SIGNAL[ended] ?? EXIT.fail
  context.stdout.write(renderOutput(ended))
  return ended.success ? EXIT.pass : EXIT.fail
}

/** Go's JSON encoder, which the original used, escapes these characters of HTML and JavaScript. */
function renderOutput(output: Output): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(output, null, 2).replaceAll(/[<>&\u2028\u2029]/g, escaped)}\n`
}

async function judge(options: StatusOptions, context: ProcessContext): Promise<Output> {
  try {
    const selector = parseTargetSelector(options.selector)
    const connection = await connect(options, context)
    try {
      const progress = new StatusProgress((line) => context.stderr.write(`${line}\n`))
      const outcome = await awaitOutcome(connection, selector, options, progress)
      if (outcome.type === 'failure') progress.say(outcome.message, outcome.advice)
      return outcome.type === 'success' ? { success: true } : await describe(outcome, connection, context)
    } finally {
      connection.close()
    }
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error
    return { success: false, error: { code: '', message: error.message, type: 'program' } }
  }
}

function parseTargetSelector(text: string): LabelSelector {
  try {
    return text.trim() === '' ? [] : parseSelector(text)
  } catch (cause) {
    if (!(cause instanceof SelectorError)) throw cause
    throw new ProgramError(`unable to parse selector ${JSON.stringify(text)}: ${cause.message}`, { cause })
  }
}

async function connect(options: StatusOptions, { env }: ProcessContext): Promise<Connection> {
  const { kubeconfig, context, namespace } = options
  const namespaces = namespace === '' ? [] : [namespace]
  try {
    return (await connectToCluster(PROGRAM, { kubeconfig, context, env, namespaces })).connection
  } catch (cause) {
    if (!(cause instanceof ClusterConfigError || cause instanceof NoAccessError)) throw cause
    throw new ProgramError(errorChain(cause), { cause })
  }
}

/** How often to check whether the first judgement has become possible, or never will be, seconds. */
const FIRST_CHECK_SECONDS = 1

/** Judges at the interval of the options until the rollout has succeeded or failed. */
async function awaitOutcome(
  connection: Connection,
  selector: LabelSelector,
  options: StatusOptions,
  progress: StatusProgress,
): Promise<Exclude<Outcome, { type: 'progressing' }>> {
  const { timeoutSeconds, intervalSeconds } = options
  const until = timeoutSeconds === null ? Number.POSITIVE_INFINITY : steadyNow() + timeoutSeconds
  const watch = new StatusWatch(connection, options, steadyNow, Math.random)
  watch.start()
  let awaited = 'The cluster has not been read yet.'
  let hasJudged = false
  try {
    for (;;) {
      if (watch.usable) {
        hasJudged = true
        const outcome = judgeAll(watch.cache, selector, options, steadyNow())
        if (outcome.type !== 'progressing') return outcome
        awaited = outcome.awaited
        progress.say(awaited, outcome.advice)
      }
      const left = until - steadyNow()
      if (left <= 0) return timedOut(timeoutSeconds ?? 0, awaited)
      const pause = sleep(Math.min(hasJudged ? intervalSeconds : FIRST_CHECK_SECONDS, left) * 1000)
      // The first judgement comes as soon as everything has been read.
      await (hasJudged ? pause : Promise.race([pause, watch.changed]))
    }
  } finally {
    await watch.stop()
  }
}

function timedOut(seconds: number, awaited: string): Failure {
  const message = `Timed out after ${seconds} s: ${awaited}`
  return { type: 'failure', code: 'not-progressing', message, crash: null }
}

/** Adds the end of the log where a container crashed. */
async function describe(
  { code, message, crash }: Failure,
  connection: Connection,
  { stderr }: ProcessContext,
): Promise<Output> {
  const error = { code, message, type: 'rollout' } as const
  if (code !== 'process-crashing' || crash === null) return { success: false, error }
  try {
    const log = await readLogTail(connection, crash)
    return { success: false, error: log === '' ? error : { ...error, code, log } }
  } catch (cause) {
    // The verdict is known without the log.
    if (!(cause instanceof ApiStatusError) && !(cause instanceof ConnectionError)) throw cause
    stderr.write(`${PROGRAM}: cannot read the log of container ${crash.container}: ${errorChain(cause)}\n`)
    return { success: false, error }
  }
}
