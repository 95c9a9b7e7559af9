import process from 'node:process'
import type { Given, Stage } from './stage.ts'

export const V1 = 'client.authentication.k8s.io/v1'
export const V1BETA1 = 'client.authentication.k8s.io/v1beta1'

interface Plugin {
  readonly exec?: object
  readonly user?: object
  readonly cluster?: object
  /** A shell script; by default it prints the credential. */
  readonly script?: (stage: Stage) => string
  readonly status?: (stage: Stage) => object | Promise<object>
  readonly apiVersion?: string
  readonly env?: Readonly<Record<string, string>>
  readonly protocol?: 'h2' | 'http/1.1' | 'plain'
}

/** What a plugin prints. */
export function credential(status: object, apiVersion: string = V1): string {
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', status })
}

export const token = ({ world }: Stage): object => ({ token: world.tokens.bob })

/** A kubeconfig with a plugin in bin/plugin beside it. */
export function plugin(options: Plugin = {}): (stage: Stage) => Promise<Given> {
  const { exec = {}, user = {}, cluster = {}, status = token, apiVersion = V1, script, env = {} } = options
  return async (stage) => {
    const { protocol = 'h2' } = options
    const front = await stage.front({ protocol, anybody: 'jo' })
    stage.write('status', credential(await status(stage), apiVersion))
    const text = script?.(stage) ?? 'cat "$(dirname "$0")/../status"'
    stage.write('bin/plugin', `#!/bin/sh\n${text}\n`, 0o755)
    const given = { apiVersion, command: './bin/plugin', interactiveMode: 'Never', ...exec }
    const { env: used } = stage.use(front.url, { user: { exec: given, ...user }, cluster })
    return { env: { ...used, ...env } }
  }
}

/** A script that prints the credential only when a test holds. */
export const when = (test: string) => (): string => `${test} || exit 1; cat "$(dirname "$0")/../status"`

export async function certified({ world }: Stage): Promise<object> {
  const { cert, key } = await world.pki.client('cara')
  return { clientCertificateData: cert, clientKeyData: key }
}

/** Keeps what the plugin was told. */
export const KEEP_INFO = ({ dir }: Stage): string =>
  `printf '%s\\n' "$KUBERNETES_EXEC_INFO" >> ${dir}/info; cat ${dir}/status`

export const inPath = (stage: Stage): string => `${stage.dir}/bin:${process.env.PATH}`
