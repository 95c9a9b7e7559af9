import { readFileSync } from 'node:fs'
import { findCluster } from '../../cluster/client/access.ts'
import { Connection } from '../../cluster/client/connection.ts'
import { findContext, listPaths, readKubeconfig } from '../../cluster/client/kubeconfig.ts'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain, errorCode } from '../../lib/error-chain.ts'
import { VERSION } from '../../version.ts'
import { type Command, EXIT, type ProcessContext } from '../command.ts'
import { check } from './crashcheck/check.ts'
import { ClusterCrashSource } from './crashcheck/cluster-source.ts'
import { ServerCrashSource } from './crashcheck/server-source.ts'
import { type CrashcheckSettings, CrashcheckSettingsError, readSettings } from './crashcheck/settings.ts'
import type { CrashSource } from './crashcheck/source.ts'

/** How long a look is tried before the check fails, seconds. */
const PATIENCE_SECONDS = 30

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
        return await Promise.race([check(settings, source, context, PATIENCE_SECONDS), stopped(context)])
      } finally {
        await close()
      }
    } catch (error) {
      const isSetting = error instanceof CrashcheckSettingsError
      const out = isSetting ? context.stdout : context.stderr
      // As the original: whatever goes wrong, its exit code is 1.
      out.write(`Error: ${errorChain(error)}\n`)
      return EXIT.fail
    }
  },
}

/** The Job's pod is being deleted: not a pass. */
async function stopped({ terminated, stderr }: ProcessContext): Promise<number> {
  const signal = await terminated
  stderr.write(`Error: stopped by ${signal} before the end\n`)
  return EXIT.fail
}

async function open({ server, hash }: CrashcheckSettings, { env }: ProcessContext) {
  const now = steadyNow
  const own = ownNamespace()
  if (server !== null) {
    const source: CrashSource = new ServerCrashSource(server, own ?? namespaceNamed(env.KUBECONFIG), hash)
    return { source, close: () => source.close() }
  }
  const userAgent = `lynceus-crashcheck/${VERSION}`
  const namespaces = own === null ? null : [own]
  const access = await findCluster({ env, namespaces, alwaysProven: false, userAgent, now })
  const connection = new Connection(access, userAgent, now)
  const namespace = own ?? access.namespace
  const source: CrashSource = new ClusterCrashSource(connection, namespace, hash, now)
  const close = async (): Promise<void> => {
    await source.close()
    connection.close()
  }
  return { source, close }
}

/** The namespace of a kubeconfig's context; null without one, which leaves it to the server. */
function namespaceNamed(kubeconfigPaths = ''): string | null {
  const kubeconfig = readKubeconfig(listPaths(kubeconfigPaths))
  return kubeconfig === null ? null : findContext(kubeconfig, undefined).namespace
}

/** The namespace of the pod that this runs in; null outside of one. */
function ownNamespace(): string | null {
  try {
    return readFileSync(NAMESPACE_FILE, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
