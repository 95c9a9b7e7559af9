import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { text } from './json.ts'

/** What the admin kubeconfig of the test cluster says. */
export interface Kubeconfig {
  readonly server: string
  /** PEM. */
  readonly ca: string
  /** The name in the API server's certificate. */
  readonly servername: string
  readonly token: string
}

/** Reads a kubeconfig that the script `cluster` has written. */
export function readKubeconfig(path: string): Kubeconfig {
  const config: unknown = parse(readFileSync(path, 'utf8'))
  const cluster = (name: string): string => text(config, 'clusters', 0, 'cluster', name)
  return {
    server: cluster('server'),
    ca: readFileSync(cluster('certificate-authority'), 'utf8'),
    servername: cluster('tls-server-name'),
    token: text(config, 'users', 0, 'user', 'token'),
  }
}
