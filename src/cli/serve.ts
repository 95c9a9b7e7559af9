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
import { type Command, EXIT, type ProcessContext } from './command.ts'
import { type ParsedFlags, parseFlags } from './flags.ts'

/** A flag for each setting. */
const OPTIONS = Object.fromEntries(
  [...describeSettings().map(({ flag }) => flag.slice(2)), 'config'].map((name) => [
    name,
    { type: 'string' as const },
  ]),
)

/** `lynceus serve`: the service, until SIGTERM. */
export const serve: Command = {
  name: 'serve',
  summary: 'Watch the cluster and answer questions over HTTP.',
  run: async (context) => {
    const flags = parseFlags(context.args, OPTIONS)
    if (flags.given.has('help')) {
      context.stdout.write(serveHelp())
      return EXIT.pass
    }
    const config = loadConfig(sources(flags, context.env))
    const notify = readNotifySettings(context.env.NOTIFY, config.notifyFile)
    // Read again when the service starts; what the user got wrong is told before any cluster is asked.
    loadPolicy(config.policyFile)
    const renewal = new CredentialRenewal()
    const found = await findAccess(config, context, renewal)
    if (found === null) return EXIT.fail
    const service = await startService({ config, notify, cluster: { found, inCluster: false }, renewal })
    const signal = await context.terminated
    service.app.log.info({ signal }, 'stopping')
    await service.stop(config.shutdownDelay)
    service.app.log.info('stopped')
    return EXIT.pass
  },
}

/** The cluster, once it is proven that it can be read; null, and said why, when there is none. */
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

function sources({ values }: ParsedFlags, env: ProcessContext['env']): ConfigSources {
  const byName = describeSettings().map(({ name, flag }) => [name, values[flag.slice(2)]])
  return { flags: Object.fromEntries(byName), env, file: values.config ?? env.LYNCEUS_CONFIG }
}

function serveHelp(): string {
  const rows = describeSettings().map(({ flag, variable, description, unit, default: initial }) => {
    const shown = initial === '' ? '' : ` (default ${initial})`
    return `  ${flag}, ${variable}\n      ${description}${unit === '' ? '' : ` [${unit}]`}${shown}`
  })
  return [
    'Usage: lynceus serve [flags]',
    '',
    'Watches the cluster that kubectl would use (or, in a pod, its own) and answers at /analyze.',
    'Exits with 1 when no way to a cluster that it finds lets it watch pods.',
    'Each setting by flag, variable or file, in that order of precedence:',
    '',
    ...rows,
    '  --config, LYNCEUS_CONFIG',
    '      A YAML or JSON file with settings by name, e.g. "staleAfter: 20s".',
    '  NOTIFY',
    '      Comma-separated URLs that are told when apps crash or are released (docs/notifications.md).',
    '  KUBECONFIG',
    '      Kubeconfig files, as kubectl reads it.',
    '  VAULT_ADDR, VAULT_TOKEN, KUBERNETES_TOKEN_SECRET, KUBERNETES_API_SERVER',
    '      A token for the API server in Vault, when there is no other way (docs/access.md).',
    '',
    'SIGTERM: /readyz fails, held answers are let go, requests end, then exit 0 (within 10 s).',
    '',
  ].join('\n')
}
