import process from 'node:process'

/** What run.ts tells the suites, by environment. */
export interface Environment {
  /** The admin kubeconfig of the cluster. */
  readonly kubeconfig: string
  /** The cluster's state, for the script `cluster`. */
  readonly clusterHome: string
  /** The same of a second cluster, a control plane without a node. */
  readonly bareClusterHome: string
  /** Where Lynceus listens, e.g. `http://127.0.0.1:41234`. */
  readonly lynceusUrl: string
}

const VARIABLES = {
  kubeconfig: 'KUBECONFIG',
  clusterHome: 'CLUSTER_HOME',
  bareClusterHome: 'CLUSTER_BARE_HOME',
  lynceusUrl: 'LYNCEUS_URL',
} as const

/** As variables for a child process. */
export function toVariables(environment: Environment): NodeJS.ProcessEnv {
  return {
    ...process.env,
    [VARIABLES.kubeconfig]: environment.kubeconfig,
    [VARIABLES.clusterHome]: environment.clusterHome,
    [VARIABLES.bareClusterHome]: environment.bareClusterHome,
    [VARIABLES.lynceusUrl]: environment.lynceusUrl,
  }
}

/** Reads what run.ts has set; throws when a suite is started without it. */
export function readEnvironment(): Environment {
  return {
    kubeconfig: variable(VARIABLES.kubeconfig),
    clusterHome: variable(VARIABLES.clusterHome),
    bareClusterHome: variable(VARIABLES.bareClusterHome),
    lynceusUrl: variable(VARIABLES.lynceusUrl),
  }
}

function variable(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: start the suites with npm run test:cluster`)
  return value
}
