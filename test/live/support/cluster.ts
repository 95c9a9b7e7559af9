import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../cluster', import.meta.url))

/** The Kubernetes that the script builds and starts. */
const kube = process.env.CLUSTER_KUBE ?? '1.37'

/** kubectl of the cluster's version. */
export const KUBECTL = join(
  process.env.CLUSTER_BIN ?? join(homedir(), `.cache/lynceus-cluster/bin-${kube}`),
  'kubectl',
)

/** Starts the control plane, the node and the Argo Rollouts controller. */
export function clusterUp(home: string): Promise<void> {
  return cluster(home, ['up', '--node', '--argo'])
}

/**
 * A control plane whose objects nobody changes but who created them: the pod garbage collector, for one, would delete
 * pods that claim to be on a node. Without snapshots in the API server's cache, what etcd has forgotten is forgotten.
 */
const UNTOUCHED = {
  CLUSTER_CONTROLLERS: 'serviceaccount-controller',
  CLUSTER_API_ARGS: '--feature-gates=ListFromCacheSnapshot=false',
}

/** Starts a control plane without a node, for objects that are only ever looked at. */
export function bareClusterUp(home: string): Promise<void> {
  return cluster(home, ['up'], UNTOUCHED)
}

/** Starts a control plane as above without WatchList, the feature that Kubernetes 1.30 has not: objects must be listed. */
export function listingClusterUp(home: string): Promise<void> {
  const CLUSTER_API_ARGS = '--feature-gates=ListFromCacheSnapshot=false,WatchList=false'
  return cluster(home, ['up'], { ...UNTOUCHED, CLUSTER_API_ARGS })
}

/** Starts a control plane as above with the Argo Rollouts controller, for analysis runs about pods that nobody runs. */
export function argoClusterUp(home: string): Promise<void> {
  return cluster(home, ['up', '--argo'], UNTOUCHED)
}

/** Path of the admin kubeconfig of the cluster in this home. */
export function kubeconfigOf(home: string): string {
  return join(home, 'admin.kubeconfig')
}

/** Stops everything that was started in this home; safe to call at any time. */
export function clusterDown(home: string): Promise<void> {
  return cluster(home, ['down'])
}

/** Prints the tail of every program's log. */
export function clusterLogs(home: string): Promise<void> {
  return cluster(home, ['logs'])
}

/** Ends the API server as a crash would; etcd and the rest go on. */
export function apiServerKilled(home: string): Promise<void> {
  return cluster(home, ['kill-api-server'])
}

/** Starts the API server again on the same etcd and waits until it is ready. */
export function apiServerStarted(home: string): Promise<void> {
  return cluster(home, ['start-api-server'])
}

/** Imports an image archive into the node. */
export function imageImported(home: string, archive: string): Promise<void> {
  return cluster(home, ['ctr', 'images', 'import', archive])
}

/** Makes etcd forget what was before a revision; the API server's resourceVersions are etcd's revisions. */
export function compactEtcd(home: string, revision: number): Promise<void> {
  return cluster(home, ['compact', String(revision)])
}

function cluster(home: string, command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  return run(script, command, { CLUSTER_HOME: home, ...env })
}

/** How a program is run. */
export interface RunOptions {
  /** Where its standard output goes: by default to our stderr, as our stdout carries TAP. */
  readonly stdout?: 'inherit'
  /** Ends the program, and the promise with it. */
  readonly signal?: AbortSignal
}

/** Runs a program out of reach of the terminal's Ctrl-C; rejects unless it exits with 0. */
export function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  options: RunOptions = {},
): Promise<void> {
  const { stdout = process.stderr, signal } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout, process.stderr],
      detached: true,
      ...(signal === undefined ? {} : { signal }),
    })
    child.once('error', (cause) => reject(new Error(`${program} could not run`, { cause })))
    child.once('exit', (code, killer) => {
      if (code === 0) resolve()
      else reject(new Error(`${program} ${args.join(' ')}: ${killer ?? `exit code ${code}`}`))
    })
  })
}
