import { fileURLToPath } from 'node:url'
import { programPath } from '../../chart/support/programs.ts'
import { run } from './cluster.ts'

const chart = fileURLToPath(new URL('../../../charts/lynceus', import.meta.url))

/** Helm waits for the pods at most so long. */
const TIMEOUT = '300s'

/**
 * Installs the chart of this checkout as a user would, in a namespace named as the release, with the image that the node
 * has; waits until its pods are ready. Once more for the same release, it upgrades that to these settings.
 */
export function installChart(
  kubeconfig: string,
  release: string,
  settings: readonly string[],
): Promise<void> {
  const image = ['image.repository=localhost/lynceus', 'image.tag=test', 'image.pullPolicy=Never']
  const values = [...image, ...settings].flatMap((setting) => ['--set', setting])
  return helm(kubeconfig, release, [
    'upgrade',
    '--install',
    release,
    chart,
    '--create-namespace',
    ...values,
    '--wait',
  ])
}

/** Runs `helm test`; rejects when the release does not pass. */
export function testRelease(kubeconfig: string, release: string): Promise<void> {
  return helm(kubeconfig, release, ['test', release])
}

function helm(kubeconfig: string, release: string, args: readonly string[]): Promise<void> {
  const place = ['--kubeconfig', kubeconfig, '--namespace', release, '--timeout', TIMEOUT]
  return run(programPath('helm'), [...args, ...place])
}
