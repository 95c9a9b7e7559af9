import { setTimeout as sleep } from 'node:timers/promises'
import { findCluster } from '../../cluster/client/access.ts'
import { Connection } from '../../cluster/client/connection.ts'
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
import { VERSION } from '../../version.ts'
import { type Command, EXIT, type ProcessContext } from '../command.ts'
import { goUsage } from './go-flags.ts'
import { judgeAll } from './rollout-status/judge.ts'
import { tailOfLog } from './rollout-status/log.ts'
import { FLAGS, readOptions, type StatusOptions } from './rollout-status/options.ts'
import { type Failure, type Outcome, ProgramError } from './rollout-status/outcome.ts'
import { type Output, printed } from './rollout-status/output.ts'
import { StatusWatch } from './rollout-status/watch.ts'

const PROGRAM = 'rollout-status'

/** What a shell calls the end by a signal: 128 and its number. */
const EXIT_OF_SIGNAL: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 }

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
  const ended = await Promise.race([openOutput(options, context), context.terminated])
  if (typeof ended === 'string') return EXIT_OF_SIGNAL[ended] ?? EXIT.fail
  context.stdout.write(printed(ended))
  return ended.success ? EXIT.pass : EXIT.fail
}

async function openOutput(options: StatusOptions, context: ProcessContext): Promise<Output> {
  try {
    const selector = parseTargetSelector(options.selector)
    const connection = await connect(options, context)
    try {
      return await watched(connection, selector, options, context)
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
  const userAgent = `${PROGRAM}/${VERSION}`
  const namespaces = namespace === '' ? [] : [namespace]
  try {
    const access = { kubeconfig, context, env, namespaces, alwaysProven: false, userAgent, now: steadyNow }
    return new Connection(await findCluster(access), userAgent, steadyNow)
  } catch (cause) {
    if (!(cause instanceof ClusterConfigError || cause instanceof NoAccessError)) throw cause
    throw new ProgramError(errorChain(cause), { cause })
  }
}

async function watched(
  connection: Connection,
  selector: LabelSelector,
  options: StatusOptions,
  context: ProcessContext,
): Promise<Output> {
  const watch = new StatusWatch(connection, options, steadyNow, Math.random)
  watch.start()
  try {
    const outcome = await decided(watch, selector, options)
    if (outcome.type === 'success') return { success: true }
    return await failed(outcome, connection, context)
  } finally {
    await watch.stop()
  }
}

/** Looks again and again, at the pace that was asked for, until there is something to say. */
async function decided(
  watch: StatusWatch,
  selector: LabelSelector,
  options: StatusOptions,
): Promise<Exclude<Outcome, { type: 'progressing' }>> {
  const { timeoutSeconds, intervalSeconds } = options
  const until = timeoutSeconds === null ? Number.POSITIVE_INFINITY : steadyNow() + timeoutSeconds
  let awaited = 'The cluster has not been read yet.'
  let hasLooked = false
  for (;;) {
    if (watch.usable) {
      hasLooked = true
      const outcome = judgeAll(watch.cache, selector, options, steadyNow())
      if (outcome.type !== 'progressing') return outcome
      awaited = outcome.awaited
    }
    const left = until - steadyNow()
    if (left <= 0) return timedOut(timeoutSeconds ?? 0, awaited)
    const pause = sleep(Math.min(hasLooked ? intervalSeconds : FIRST_LOOK_SECONDS, left) * 1000)
    // The first look need not wait: it comes as soon as everything is read.
    await (hasLooked ? pause : Promise.race([pause, watch.heard]))
  }
}

/** How often it is checked whether the first look has become possible, or hopeless, seconds. */
const FIRST_LOOK_SECONDS = 1

function timedOut(seconds: number, awaited: string): Failure {
  const message = `Timed out after ${seconds} s: ${awaited}`
  return { type: 'failure', code: 'not-progressing', message, crash: null }
}

async function failed(
  { code, message, crash }: Failure,
  connection: Connection,
  { stderr }: ProcessContext,
): Promise<Output> {
  if (code !== 'process-crashing') return { success: false, error: { code, message, type: 'rollout' } }
  const error = { code, message, type: 'rollout' } as const
  if (crash === null) return { success: false, error }
  try {
    const log = await tailOfLog(connection, crash)
    return { success: false, error: log === '' ? error : { ...error, log } }
  } catch (cause) {
    // The verdict is known without the log.
    if (!(cause instanceof ApiStatusError) && !(cause instanceof ConnectionError)) throw cause
    stderr.write(`${PROGRAM}: cannot read the log of container ${crash.container}: ${errorChain(cause)}\n`)
    return { success: false, error }
  }
}
