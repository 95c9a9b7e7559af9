import { KubeConfig } from '@kubernetes/client-node'
import { errorChain } from '../../lib/error-chain.ts'
import { truncate } from '../../lib/text.ts'
import type { Seconds } from '../../model/meta.ts'
import { objectionTo } from './access-review.ts'
import { CredentialRenewal } from './credential-renewal.ts'
import { ApiStatusError, ConnectionError, NoAccessError } from './errors.ts'
import { homeKubeconfig, loadKubeConfig } from './kubeconfig.ts'
import { applyVault, vaultSettings } from './vault.ts'

/** How a command finds its cluster. */
export interface AccessOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string | undefined
  /** `--context`. */
  readonly context?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where pods must be allowed to be watched; empty: in all namespaces; null: in that of the context. */
  readonly namespaces: readonly string[] | null
  /**
   * Whether a way that was found is proven too when it is the only one. Where not, the command itself tells soon enough,
   * in its own words, that it leads nowhere.
   */
  readonly alwaysProven: boolean
  readonly userAgent: string
  readonly now: () => Seconds
  /** Numbers in [0, 1), for jitter. */
  readonly random?: () => number
  /** Hears whether credentials that expire can be renewed. */
  readonly renewal?: CredentialRenewal
}

/** One way to a cluster. */
interface Candidate {
  /** For people. */
  readonly name: string
  /** Whether it is what the cluster itself gave to this pod. */
  readonly isOwn: boolean
  /** Throws when it cannot even be tried. */
  readonly load: () => KubeConfig
}

/** Of a reason so much is told. */
const MAX_REASON = 300

/**
 * Takes what is named (`--kubeconfig`, KUBECONFIG) as it is. Else the first way by which pods may be watched, of the
 * service account of the pod, ~/.kube/config and Vault, as far as they are there. Throws a ClusterConfigError when there
 * is no way, a NoAccessError when all fail.
 */
export async function findCluster(options: AccessOptions): Promise<KubeConfig> {
  const { kubeconfig, context, env } = options
  if (kubeconfig !== undefined || (env.KUBECONFIG ?? '') !== '')
    return loadKubeConfig({ kubeconfig, context, kubeconfigPaths: env.KUBECONFIG, inCluster: false })
  const candidates = listCandidates(options)
  const [only, second] = candidates
  if (only === undefined) return loadKubeConfig({ inCluster: false })
  if (second === undefined && !options.alwaysProven) return only.load()
  const reasons: string[] = []
  for (const { name, load, isOwn } of candidates) {
    const { config, objection } = await tried(load, options)
    if (objection === null) return config
    // A pod that starts while the API server is away waits for it: there is nothing else to take.
    if (config !== null && isOwn && second === undefined) return config
    reasons.push(`${name}: ${objection}`)
  }
  throw new NoAccessError(`no cluster can be read: ${reasons.join('; ')}`)
}

type Tried =
  | { readonly config: KubeConfig; readonly objection: null }
  /** The configuration where nobody answered to whether it may. */
  | { readonly config: KubeConfig | null; readonly objection: string }

async function tried(load: Candidate['load'], options: AccessOptions): Promise<Tried> {
  let config: KubeConfig | null = null
  try {
    config = load()
    const namespaces = options.namespaces ?? [contextNamespace(config)]
    const objection = await objectionTo(config, namespaces, options.userAgent, options.now)
    return objection === null ? { config, objection } : { config: null, objection }
  } catch (error) {
    return { config: isUnanswered(error) ? config : null, objection: reasonOf(error) }
  }
}

/** The namespace of a configuration's context, as kubectl has it. */
export function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default'
}

function listCandidates({ context, env, now, random = Math.random, renewal }: AccessOptions): Candidate[] {
  const candidates: Candidate[] = []
  if (env.KUBERNETES_SERVICE_HOST !== undefined) {
    const load = () => loadKubeConfig({ context, inCluster: true })
    candidates.push({ name: 'the service account of the pod', isOwn: true, load })
  }
  const home = homeKubeconfig()
  if (home !== null) {
    // Its own variable of apps-watcher, which knew no other kubeconfig.
    const source = { kubeconfig: home, context: context ?? env.KUBERNETES_CONTEXT, inCluster: false }
    candidates.push({ name: `kubeconfig ${home}`, isOwn: false, load: () => loadKubeConfig(source) })
  }
  const vault = vaultSettings(env)
  // Whoever names a context means a kubeconfig.
  if (vault !== null && context === undefined) {
    const load = () => {
      const config = new KubeConfig()
      applyVault(config, vault, { now, random, renewal: renewal ?? new CredentialRenewal() })
      return config
    }
    candidates.push({ name: 'Vault', isOwn: false, load })
  }
  return candidates
}

/** Whether nobody answered, or only that it cannot answer now. */
function isUnanswered(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ApiStatusError && error.status >= 500)
}

/** What went wrong, with its causes. */
function reasonOf(error: unknown): string {
  return truncate(errorChain(error), MAX_REASON)
}
