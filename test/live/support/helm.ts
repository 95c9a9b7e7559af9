import { fileURLToPath } from 'node:url'
import { programPath } from '../../chart/support/programs.ts'
import { run } from './cluster.ts'

const chart = fileURLToPath(new URL('../../../charts/lynceus', import.meta.url))

/** Helm waits for the pods at most so long. */
const TIMEOUT = '300s'

/**
 * Installs the chart of this checkout as a user would, in a namespace named as the release, with the image that the node
 * has; waits until its pods are ready.
 */
export function installChart(
  kubeconfig: string,
  release: string,
  settings: readonly string[],
): Promise<void> {
  const image = ['image.repository=localhost/lynceus', 'image.tag=test', 'image.pullPolicy=Never']
  const values = [...image, ...settings].flatMap((setting) => ['--set', setting])
  const place = ['--kubeconfig', kubeconfig, '--namespace', release, '--create-namespace']
  return run(programPath('helm'), [
    'install',
    release,
    chart,
    ...place,
    ...values,
    '--wait',
    '--timeout',
    TIMEOUT,
  ])
}
