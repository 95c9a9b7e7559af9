import type { GateFormat } from '../formats/gate-format.ts'
import { steadyNow } from '../lib/clock.ts'
import { resolveColumns, rewritesLines, wantsColours } from '../lib/terminal.ts'
import { InvalidQuestionError } from '../question/invalid-question-error.ts'
import { DEFAULT_SETTLE, DEFAULT_TIMEOUT, GATE_FORMATS, parseSpan } from '../question/parse-gate.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { Policy } from '../rules/policy.ts'
import { EXIT, type ProcessContext, UsageError } from './command.ts'
import { CUSTOM_RESOURCES_FLAG, readCustomResources } from './custom-resources.ts'
import { defineCommand, type ParsedFlags } from './flags.ts'
import type { GateEnd, GateSource } from './gate/gate-source.ts'
import { Progress } from './gate/progress.ts'
import { printResult } from './gate/result.ts'
import { parseQuestionFlags, QUESTION_FLAGS, readParameters } from './question-flags.ts'
import { parseServerUrl } from './server-url.ts'

const USAGE = `Usage: lynceus gate (--kind K --name N | --selector S | --hash H) [flags]

Waits until a workload has rolled out or has failed to. Exit codes:
  0 pass, 1 fail, 2 wrong usage, 3 inconclusive (nothing found, data too old, interrupted),
  4 the cluster or the server could not be reached, 124 no final verdict at the timeout.

Watches the cluster that kubectl would use, in one namespace, only what the question needs; --server asks a server instead.
With --kind and --name it waits for the current revision: a newer one ends the wait (fail, superseded).
Progress goes to stderr, the result to stdout.
`

const EPILOGUE = `Without --namespace, the namespace of the kubeconfig's context. Durations are Go durations (90s, 5m) or seconds.
`

const FLAGS = {
  timeout: { value: 'DURATION', text: `How long to wait; the limit is 1h. Default: ${DEFAULT_TIMEOUT}.` },
  settle: {
    value: 'DURATION',
    text: `How long a pass must have held, without any container ending meanwhile; minReadySeconds when that is
longer. Default: ${DEFAULT_SETTLE}.`,
  },
  format: {
    value: 'FORMAT',
    text: `text: one line, and what to do under it. json: the answer with its findings. junit: a test case for each workload. github: workflow
commands, and a job summary where GITHUB_STEP_SUMMARY is set. Default: text.`,
  },
  file: {
    value: 'PATH',
    text: 'With --format github: the file that annotations are shown at, e.g. the manifest.',
  },
  server: {
    value: 'URL',
    variable: 'LYNCEUS_URL',
    text: 'Ask this server instead of watching the cluster; reconnects when the connection is lost.',
  },
  'no-logs': {
    text: 'Leave out the last lines of failing containers. A server adds them only where its setting `logs` is on.',
  },
  'policy-file': {
    value: 'FILE',
    variable: 'LYNCEUS_POLICY_FILE',
    text: 'Thresholds of rules laid over the default policy, as `lynceus serve` has it. A server has its own.',
  },
  kubeconfig: {
    value: 'PATH',
    text: 'As for kubectl; else KUBECONFIG, ~/.kube/config, or the service account of the pod.',
  },
  context: { value: 'NAME', text: 'Context of the kubeconfig. Default: its current context.' },
  ...CUSTOM_RESOURCES_FLAG,
  ...QUESTION_FLAGS,
}

/** `lynceus gate`: a pipeline's step that waits for the final verdict. */
export const gate = defineCommand({
  name: 'gate',
  summary: 'Wait until a workload has rolled out or has failed to; for pipelines.',
  usage: USAGE,
  flags: FLAGS,
  epilogue: EPILOGUE,
  run: async (flags, context) => {
    const format = parseFormat(flags)
    const source = await openSource(flags, context)
    const started = performance.now()
    const end = await awaitEnd(source, context)
    if (end === null) {
      context.stderr.write('lynceus gate: interrupted\n')
      return EXIT.inconclusive
    }
    const seconds = (performance.now() - started) / 1000
    const style = { format, file: flags.values.file ?? null, seconds }
    return printResult(flags.given.has('no-logs') ? withoutLogs(end) : end, style, context)
  },
})

function parseFormat({ values }: ParsedFlags): GateFormat {
  const format = values.format ?? 'text'
  const known = GATE_FORMATS.find((one) => one === format)
  if (known === undefined)
    throw new UsageError(`--format: "${format}" is not one of ${GATE_FORMATS.join(', ')}`)
  return known
}

/** Checks all flags before anything is asked. */
async function openSource(flags: ParsedFlags, { env }: ProcessContext): Promise<GateSource> {
  const { values } = flags
  const timeoutSeconds = parseSeconds('timeout', values.timeout ?? DEFAULT_TIMEOUT)
  const settleSeconds = parseSeconds('settle', values.settle ?? DEFAULT_SETTLE)
  const server = values.server ?? (values.kubeconfig === undefined ? env.LYNCEUS_URL : undefined)
  const policyFile = values['policy-file']
  if (server !== undefined && server !== '') {
    if (policyFile !== undefined)
      throw new UsageError('--policy-file: cannot be combined with --server, which judges by its own policy')
    const { ServerGate } = await import('./gate/server-gate.ts')
    const parameters = { ...readParameters(flags), settle: `${settleSeconds}s`, detail: 'full' }
    return new ServerGate({ server: parseServer(server), env, parameters, timeoutSeconds }, Math.random)
  }
  // Asking a server needs none of these, and they take most of the start.
  const [{ connectToCluster }, { ClusterGate }] = await Promise.all([
    import('./connect.ts'),
    import('./gate/cluster-gate.ts'),
  ])
  const policy = await readPolicy(policyFile, env)
  const { kubeconfig, context, namespace } = values
  const namespaces = namespace === undefined ? null : [namespace]
  const customResources = readCustomResources(flags, env)
  const access = { kubeconfig, context, env, namespaces }
  const { connection, namespace: usual } = await connectToCluster('lynceus-gate', access)
  const parsed = parseQuestionFlags(flags, usual, steadyNow(), customResources)
  const question = { ...parsed, detail: 'full' as const }
  return new ClusterGate({
    connection,
    awaited: { question, timeoutSeconds, settleSeconds },
    policy,
    customResources,
    logs: !flags.given.has('no-logs'),
  })
}

/** A server adds them without being asked. */
function withoutLogs(end: GateEnd): GateEnd {
  if (!('answer' in end)) return end
  const { logs: _, ...answer } = end.answer
  return { ...end, answer }
}

/** Loads the parser of policy files only for a file. */
async function readPolicy(flag: string | undefined, env: ProcessContext['env']): Promise<Policy> {
  const path = flag ?? (env.LYNCEUS_POLICY_FILE || undefined)
  if (path === undefined) return LYNCEUS
  const { loadPolicy } = await import('../config/policy-file.ts')
  return loadPolicy(path)
}

function parseSeconds(name: string, text: string): number {
  try {
    return parseSpan(name, text)
  } catch (cause) {
    if (!(cause instanceof InvalidQuestionError)) throw cause
    throw new UsageError(cause.problems.map(({ reason }) => `--${name}: ${reason}`).join('; '))
  }
}

function parseServer(text: string): URL {
  const url = parseServerUrl(text)
  if (url !== null) return url
  throw new UsageError(
    '--server: expected a URL such as http://lynceus.lynceus, without credentials, query or fragment',
  )
}

/** Waits with progress on stderr; null when a signal ended it. */
async function awaitEnd(
  source: GateSource,
  { stderr, env, terminated }: ProcessContext,
): Promise<GateEnd | null> {
  const progress = new Progress({
    write: (text) => stderr.write(text),
    columns: rewritesLines(stderr, env) ? resolveColumns(stderr) : null,
    colours: wantsColours(stderr, env),
  })
  const stop = new AbortController()
  void terminated.then(() => stop.abort())
  try {
    const { signal } = stop
    return await source.wait(
      {
        answer: (answer) => progress.answer(answer),
        trouble: (message) => progress.trouble(message),
        note: (message) => progress.note(message),
      },
      signal,
    )
  } catch (error) {
    if (stop.signal.aborted) return null
    throw error
  } finally {
    progress.end()
  }
}
