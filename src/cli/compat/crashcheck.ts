import { readFileSync } from 'node:fs'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain, errorCode } from '../../lib/error-chain.ts'
import { type Command, EXIT, type ProcessContext } from '../command.ts'
import { type CrashSource, check } from './crashcheck/check.ts'
import { type CrashcheckSettings, CrashcheckSettingsError, readSettings } from './crashcheck/settings.ts'

/** How long a look is repeated before the check fails, seconds. */
const MAX_TRY_SECONDS = 30

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'

const HELP = `Usage: crashcheck (or lynceus crashcheck), all settings by environment

Counts the restarts of the pods with the label rollouts-pod-template-hash=$HASH, pod-template-hash=$HASH or
controller-revision-hash=$HASH in its own namespace (of its service account; outside of a pod of the kubeconfig's
context), and ends with { "Crashes": N }: exit code 1 as soon as they reach CRASH_LIMIT, else 0 at the end. Without
data it never says 0: when no check saw such a pod, it says so on standard error and exits with 1.

  INTERVAL       seconds between two checks
  DURATION       for how long, seconds; a multiple of INTERVAL
  COUNT          instead: number of checks, but none after
  MAX_DURATION   this many seconds
  CRASH_LIMIT    restarts at which it fails, at least 1
  HASH           the pod template hash
  DEBUG          1: logs each check on standard error
  LYNCEUS_URL    ask this Lynceus server instead of the cluster
`

/** `lynceus crashcheck`: what the crashcheck Job did; its interface, without its traps (docs/migrating.md). */
export const crashcheck: Command = {
  name: 'crashcheck',
  summary: 'Count the restarts of a hash’s pods, as the crashcheck Job does.',
  run: async (context) => {
    if (context.args.some((arg) => arg === '--help' || arg === '-h')) {
      context.stdout.write(HELP)
      return EXIT.pass
    }
    try {
      const settings = readSettings(context.env)
      const { source, close } = await open(settings, context)
      try {
        return await Promise.race([check(settings, source, context, MAX_TRY_SECONDS), awaitSignal(context)])
      } finally {
        await close()
      }
    } catch (error) {
      const isSetting = error instanceof CrashcheckSettingsError
      const out = isSetting ? context.stdout : context.stderr
      // As in the original, every error exits with 1.
      out.write(`Error: ${errorChain(error)}\n`)
      return EXIT.fail
    }
  },
}

/** The Job's pod is being deleted, which is not a pass. */
async function awaitSignal({ terminated, stderr }: ProcessContext): Promise<number> {
  const signal = await terminated
  stderr.write(`Error: stopped by ${signal} before the end\n`)
  return EXIT.fail
}

interface OpenSource {
  readonly source: CrashSource
  readonly close: () => Promise<void>
}

/** Loads only the modules of the chosen source: those of a cluster take most of the start. */
async function open({ server, hash }: CrashcheckSettings, { env }: ProcessContext): Promise<OpenSource> {
  const own = readOwnNamespace()
  if (server !== null) {
    const { ServerCrashSource } = await import('./crashcheck/server-source.ts')
    const namespace = own ?? (await readContextNamespace(env.KUBECONFIG))
    // Each question is a request of its own: there is nothing to close.
    return { source: new ServerCrashSource(server, namespace, hash, env), close: async () => undefined }
  }
  const [{ connectToCluster }, { ClusterCrashSource }] = await Promise.all([
    import('../connect.ts'),
    import('./crashcheck/cluster-source.ts'),
  ])
  const namespaces = own === null ? null : [own]
  const { connection, namespace } = await connectToCluster('lynceus-crashcheck', { env, namespaces })
  const source = new ClusterCrashSource(connection, own ?? namespace, hash, steadyNow)
  return { source, close: () => source.close().finally(() => connection.close()) }
}

/** The namespace of a kubeconfig's context; null without a kubeconfig: then the server decides. */
async function readContextNamespace(kubeconfigPaths = ''): Promise<string | null> {
  if (kubeconfigPaths === '') return null
  const { findContext, listPaths, readKubeconfig } = await import('../../cluster/client/kubeconfig.ts')
  const kubeconfig = readKubeconfig(listPaths(kubeconfigPaths))
  return kubeconfig === null ? null : findContext(kubeconfig, undefined).namespace
}

/** The namespace of this process's pod; null outside a pod. */
function readOwnNamespace(): string | null {
  try {
    return readFileSync(NAMESPACE_FILE, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
