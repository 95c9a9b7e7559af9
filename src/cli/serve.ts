import { findCluster } from '../cluster/client/access.ts'
import { CredentialRenewal } from '../cluster/client/credential-renewal.ts'
import { NoAccessError } from '../cluster/client/errors.ts'
import { type ConfigSources, loadConfig } from '../config/load-config.ts'
import { readNotifySettings } from '../config/notify-file.ts'
import { loadPolicy } from '../config/policy-file.ts'
import { type Config, describeSettings } from '../config/settings.ts'
import { steadyNow } from '../lib/clock.ts'
import { startService } from '../service.ts'
import { VERSION } from '../version.ts'
import { EXIT, type ProcessContext } from './command.ts'
import { defineCommand, type Flags, type ParsedFlags } from './flags.ts'

const USAGE = `Usage: lynceus serve [flags]

Watches the cluster that kubectl would use (or, in a pod, its own) and answers at /analyze.
Exits with 1 when none of the credentials that it finds lets it watch pods.
Each setting comes from a flag, a variable or the file, in that order of precedence:
`

const EPILOGUE = `Only by variable:
  NOTIFY
      Comma-separated URLs to notify when apps crash or are released (docs/notifications.md).
  KUBECONFIG
      Kubeconfig files, as for kubectl.
  VAULT_ADDR, VAULT_TOKEN, KUBERNETES_TOKEN_SECRET, KUBERNETES_API_SERVER
      A token for the API server in Vault, used when no other credentials work (docs/access.md).

On SIGTERM, /readyz fails, waiting requests get the current answer, open requests end, then exit 0 (within 10 s).
`

/** A flag for each setting. */
const FLAGS: Flags = {
  ...Object.fromEntries(
    describeSettings().map(({ flag, variable, description, unit, default: initial }) => {
      const shown = initial === '' ? '' : ` (default ${initial})`
      const text = `${description}${unit === '' ? '' : ` [${unit}]`}${shown}`
      return [flag.slice(2), { value: '', variable, text }]
    }),
  ),
  config: {
    value: '',
    variable: 'LYNCEUS_CONFIG',
    text: 'A YAML or JSON file with settings by name, e.g. "staleAfter: 20s".',
  },
}

/** `lynceus serve`: the service, until SIGTERM. */
export const serve = defineCommand({
  name: 'serve',
  summary: 'Watch the cluster and answer questions over HTTP.',
  usage: USAGE,
  flags: FLAGS,
  epilogue: EPILOGUE,
  run: async (flags, context) => {
    const config = loadConfig(listSources(flags, context.env))
    const notify = readNotifySettings(context.env.NOTIFY, config.notifyFile)
    // The service reads it again; this reports errors in it before any request to the cluster.
    loadPolicy(config.policyFile)
    const renewal = new CredentialRenewal()
    const found = await findAccess(config, context, renewal)
    if (found === null) return EXIT.fail
    const service = await startService({ config, notify, cluster: found, env: context.env, renewal })
    const signal = await context.terminated
    service.app.log.info({ signal }, 'stopping')
    await service.stop(config.shutdownDelay)
    service.app.log.info('stopped')
    return EXIT.pass
  },
})

/** Finds a cluster of which pods may be watched; reports why there is none, and resolves with null. */
async function findAccess(
  { kubeconfig, context, namespaces }: Config,
  { env, stderr }: ProcessContext,
  renewal: CredentialRenewal,
): Promise<Awaited<ReturnType<typeof findCluster>> | null> {
  try {
    const userAgent = `lynceus/${VERSION}`
    return await findCluster({
      kubeconfig,
      context,
      env,
      namespaces,
      alwaysProven: true,
      userAgent,
      now: steadyNow,
      renewal,
    })
  } catch (error) {
    if (!(error instanceof NoAccessError)) throw error
    stderr.write(`lynceus serve: ${error.message}\n`)
    return null
  }
}

function listSources({ values }: ParsedFlags, env: ProcessContext['env']): ConfigSources {
  const byName = describeSettings().map(({ name, flag }) => [name, values[flag.slice(2)]])
  return { flags: Object.fromEntries(byName), env, file: values.config || env.LYNCEUS_CONFIG }
}
