import { existsNamespace } from '../cluster/client/namespace.ts'
import { listResources } from '../kinds/index.ts'
import { steadyNow } from '../lib/clock.ts'
import { parseDuration } from '../lib/duration.ts'
import { errorChain, errorCode } from '../lib/error-chain.ts'
import { EXIT, UsageError } from './command.ts'
import { connectToCluster } from './connect.ts'
import { CUSTOM_RESOURCES_FLAG, readCustomResources } from './custom-resources.ts'
import { defineCommand, type ParsedFlags } from './flags.ts'
import { createRecordingFile, type RecordingFile, recordingOn } from './record/recording-file.ts'
import { RecordingSession } from './record/recording-session.ts'

const USAGE = `Usage: lynceus record --namespace N [--out FILE] [flags]

Records what happens in a namespace, for lynceus replay: the objects that Lynceus watches, as the API server sends
them, one JSON line a change, until Ctrl-C (or SIGTERM, or --for). The last line says when it ended. Objects contain the
values of variables that are written in manifests; see --redact.
`

const EPILOGUE = `Needs list and watch on ${listResources([])
  .map(({ name }) => name)
  .join(', ')}; a resource that may not be read is left out.
Exit codes: 0 recorded, 2 usage, or no such namespace (where it may be read), 4 cluster unreachable.
`

const FLAGS = {
  namespace: { value: 'NAMESPACE', text: 'The namespace to record.' },
  out: {
    value: 'FILE',
    text: 'A new file; gzip when its name ends with .gz. Default: standard output.',
  },
  for: { value: 'DURATION', text: 'End after this time, e.g. 10m.' },
  scenario: { value: 'TEXT', text: "A name for the recording's header. Default: the namespace." },
  redact: {
    text: 'Leave out values of variables and applied manifests, which may be secret. No rule reads them.',
  },
  ...CUSTOM_RESOURCES_FLAG,
  kubeconfig: {
    value: 'FILE',
    text: 'The kubeconfig; else as kubectl finds it, and in a pod its own cluster.',
  },
  context: { value: 'NAME', text: 'Context of the kubeconfig. Default: its current context.' },
}

/** `lynceus record`: a recording of a live cluster. */
export const record = defineCommand({
  name: 'record',
  summary: 'Record what happens in a namespace, for replay.',
  usage: USAGE,
  flags: FLAGS,
  epilogue: EPILOGUE,
  run: async (flags, context) => {
    const { namespace, seconds, out } = parseSettings(flags)
    const customResources = readCustomResources(flags, context.env)
    const { kubeconfig, context: kubeContext } = flags.values
    const access = { kubeconfig, context: kubeContext, env: context.env, namespaces: [namespace] }
    const { connection } = await connectToCluster('lynceus', access)
    if (!(await existsNamespace(connection, namespace))) {
      connection.close()
      context.stderr.write(`lynceus record: the cluster has no namespace ${namespace}\n`)
      return EXIT.usage
    }
    const file = out === undefined ? recordingOn(context.stdout) : await openFile(out)
    const session = new RecordingSession({
      connection,
      namespace,
      scenario: flags.values.scenario ?? namespace,
      file,
      redacting: flags.given.has('redact'),
      customResources,
      say: (text) => context.stderr.write(`lynceus record: ${text}\n`),
      now: steadyNow,
    })
    try {
      return (await session.run(context.terminated, seconds)) ? EXIT.pass : EXIT.unreachable
    } finally {
      connection.close()
    }
  },
})

function parseSettings({ values }: ParsedFlags) {
  const { namespace, out, for: duration } = values
  if (namespace === undefined || namespace === '') throw new UsageError('--namespace is required')
  const seconds = duration === undefined ? null : parseDuration(duration)
  if (seconds === undefined) throw new UsageError(`--for: "${duration}" is not a duration such as 10m`)
  return { namespace, seconds, out }
}

async function openFile(path: string): Promise<RecordingFile> {
  try {
    return await createRecordingFile(path)
  } catch (cause) {
    const why = errorCode(cause) === 'EEXIST' ? 'exists already' : errorChain(cause)
    throw new UsageError(`--out ${path}: ${why}`)
  }
}
