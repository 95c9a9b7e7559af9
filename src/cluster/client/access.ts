import { existsSync } from 'node:fs'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain } from '../../lib/error-chain.ts'
import { truncate } from '../../lib/text.ts'
import type { Seconds } from '../../model/meta.ts'
import { findObjection } from './access-review.ts'
import { buildAccess, type ClusterAccess, podAccess } from './cluster-access.ts'
import { CredentialRenewal } from './credential-renewal.ts'
import { ApiStatusError, ClusterConfigError, ConnectionError, NoAccessError } from './errors.ts'
import {
  type Environment,
  findContext,
  homeKubeconfig,
  listPaths,
  parseKubeconfig,
  readKubeconfig,
} from './kubeconfig.ts'
import { vaultAccess, vaultSettings } from './vault.ts'

/** How a command finds its cluster. */
export interface AccessOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string | undefined
  /** `--context`. */
  readonly context?: string | undefined
  readonly env: Environment
  /** Where pods must be allowed to be watched; empty: in all namespaces; null: in that of the context. */
  readonly namespaces: readonly string[] | null
  /**
   * Whether the only access that was found is reviewed as well. Commands that report a failure themselves with their first
   * request leave that out.
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
  readonly load: () => ClusterAccess
}

/** Longest text of a reason in an error, characters. */
const MAX_REASON = 300

/**
 * Takes what is named (`--kubeconfig`, KUBECONFIG) as it is. Else the first way by which pods may be watched, of the
 * service account of the pod, ~/.kube/config and Vault, as far as they are there. Throws a ClusterConfigError when there
 * is no way, a NoAccessError when all fail.
 */
export async function findCluster(options: AccessOptions): Promise<ClusterAccess> {
  const { kubeconfig, context, env, now } = options
  if (kubeconfig !== undefined) return loadAccess([kubeconfig], context, env, now)
  if (env.KUBECONFIG) return loadAccess(listPaths(env.KUBECONFIG), context, env, now)
  const candidates = listCandidates(options)
  const [only, second] = candidates
  if (only === undefined) throw nothingFound(env)
  if (second === undefined && !options.alwaysProven) return only.load()
  const reasons: string[] = []
  for (const { name, load, isOwn } of candidates) {
    const { access, objection } = await tried(load, options)
    if (objection === null) return access
    // A pod that starts while the API server is away waits for it: there is nothing else to take.
    if (access !== null && isOwn && second === undefined) return access
    reasons.push(`${name}: ${objection}`)
  }
  throw new NoAccessError(`no cluster can be read: ${reasons.join('; ')}`)
}

/** The access that a kubeconfig's text gives. Throws a ClusterConfigError. */
export function parseAccess(kubeconfig: string, env: Environment = {}): ClusterAccess {
  return buildAccess(findContext(parseKubeconfig(kubeconfig), undefined), env, steadyNow)
}

/** The access that kubeconfig files give, merged. Throws a ClusterConfigError. */
export function loadAccess(
  paths: readonly string[],
  context?: string,
  env: Environment = {},
  now: () => Seconds = steadyNow,
): ClusterAccess {
  const kubeconfig = readKubeconfig(paths)
  if (kubeconfig === null)
    throw new ClusterConfigError(
      paths.length === 0 ? 'KUBECONFIG names no file' : `no such kubeconfig: ${paths.join(', ')}`,
    )
  try {
    return buildAccess(findContext(kubeconfig, context), env, now)
  } catch (cause) {
    if (!(cause instanceof ClusterConfigError)) throw cause
    throw new ClusterConfigError(`cannot use the kubeconfig ${paths.join(', ')}: ${cause.message}`, { cause })
  }
}

function nothingFound({ HOME }: Environment): ClusterConfigError {
  const home = HOME ? 'create ~/.kube/config' : 'set HOME (it is not set, so there is no ~/.kube/config)'
  return new ClusterConfigError(
    `no cluster found: pass --kubeconfig, set KUBECONFIG, ${home}, run in a pod, or set the variables of Vault (docs/access.md)`,
  )
}

type Tried =
  | { readonly access: ClusterAccess; readonly objection: null }
  /** The access, where no server answered the review. */
  | { readonly access: ClusterAccess | null; readonly objection: string }

async function tried(load: Candidate['load'], options: AccessOptions): Promise<Tried> {
  let access: ClusterAccess | null = null
  try {
    access = load()
    const namespaces = options.namespaces ?? [access.namespace]
    const objection = await findObjection(access, namespaces, options.userAgent, options.now)
    return objection === null ? { access, objection } : { access: null, objection }
  } catch (error) {
    return { access: isUnanswered(error) ? access : null, objection: describeReason(error) }
  }
}

function listCandidates(options: AccessOptions): Candidate[] {
  const { context, env, now, random = Math.random, renewal = new CredentialRenewal() } = options
  const candidates: Candidate[] = []
  if (env.KUBERNETES_SERVICE_HOST) {
    const load = () => podAccess(env, now)
    candidates.push({ name: 'the service account of the pod', isOwn: true, load })
  }
  const home = homeKubeconfig(env)
  if (home !== null && existsSync(home)) {
    // Its own variable of apps-watcher, which knew no other kubeconfig.
    const load = () => loadAccess([home], context ?? env.KUBERNETES_CONTEXT, env, now)
    candidates.push({ name: `kubeconfig ${home}`, isOwn: false, load })
  }
  const vault = vaultSettings(env)
  // A named context means a kubeconfig.
  if (vault !== null && context === undefined) {
    const load = () => vaultAccess(vault, { env, now, random, renewal })
    candidates.push({ name: 'Vault', isOwn: false, load })
  }
  return candidates
}

/** Whether there was no answer, or only that the server cannot answer now. */
function isUnanswered(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ApiStatusError && error.status >= 500)
}

/** What went wrong, with its causes. */
function describeReason(error: unknown): string {
  return truncate(errorChain(error), MAX_REASON)
}
