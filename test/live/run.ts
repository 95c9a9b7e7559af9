// Runs Lynceus from source against a real control plane and node, and the suites against both:
//   node test/live/run.ts [SUITE...]     all suites, or those named, e.g. outage
// Needs root; see the head of the script `cluster` for what must be installed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { bareClusterUp, clusterDown, clusterLogs, clusterUp, kubeconfigOf, run } from './support/cluster.ts'
import { toVariables } from './support/environment.ts'
import { LynceusProcess } from './support/lynceus-process.ts'
import { progress } from './support/progress.ts'

const programs = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))

/** Suites of one group run side by side, the groups one after the other. The outage spoils everything beside it. */
const GROUPS: readonly (readonly string[])[] = [
  ['verdicts', 'revisions', 'contract', 'custom-resources', 'cronjobs'],
  ['rules', 'rollout-status', 'crashcheck', 'notifications', 'logs'],
  ['waiters'],
  ['latency'],
  ['image', 'chart', 'openshift', 'access', 'watch-list'],
  ['kubeconfig'],
  ['argo'],
  ['outage'],
]

/** A suite that takes longer than this hangs. The longest takes 5 minutes where 2 cores are free. */
const SUITE_LIMIT_SECONDS = 2400

const LOG_LINES = '60'

/** Where the run's clusters live. */
interface Home {
  /** Control plane and node, where things happen. */
  readonly full: string
  /** A control plane alone, whose objects nobody changes but the suite that created them. */
  readonly bare: string
  readonly lynceusLog: string
}

/** Ends the run; the finally blocks then take everything down. */
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    progress(`${signal}: taking the cluster down`)
    interrupted.abort(new Error(signal))
  })

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !GROUPS.flat().includes(name))
if (unknown.length > 0)
  throw new Error(`no suite ${unknown.join(', ')}; there are ${GROUPS.flat().join(', ')}`)

function suitesOf(group: readonly string[]): string[] {
  const names = wanted.length === 0 ? group : group.filter((name) => wanted.includes(name))
  return names.map((name) => fileURLToPath(new URL(`suites/${name}.live.ts`, import.meta.url)))
}

async function runGroup(suites: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const path = `${programs}${delimiter}${process.env.PATH}`
  const options = [`--jobs=${suites.length}`, `--timeout=${SUITE_LIMIT_SECONDS}`]
  await run(
    'tap',
    [...options, ...suites],
    { ...env, PATH: path },
    { stdout: 'inherit', signal: interrupted.signal },
  )
}

async function runSuites(home: Home): Promise<void> {
  await bareClusterUp(home.bare)
  await clusterUp(home.full)
  progress('clusters are up')
  const kubeconfig = kubeconfigOf(home.full)
  const lynceus = await LynceusProcess.start(kubeconfig, home.lynceusLog)
  progress(`Lynceus is ready on ${lynceus.url}`)
  try {
    const env = toVariables({
      kubeconfig,
      clusterHome: home.full,
      bareClusterHome: home.bare,
      lynceusUrl: lynceus.url,
    })
    const failures: unknown[] = []
    for (const suites of GROUPS.map(suitesOf)) {
      interrupted.signal.throwIfAborted()
      if (suites.length > 0) await runGroup(suites, env).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'suites failed')
  } finally {
    progress(`Lynceus ended with exit code ${await lynceus.stop()}`)
  }
}

async function printLogs(home: Home): Promise<void> {
  await clusterLogs(home.full)
  await run('tail', ['-n', LOG_LINES, home.lynceusLog])
}

const root = mkdtempSync(join(tmpdir(), 'lynceus-cluster-'))
const home: Home = {
  full: join(root, 'full'),
  bare: join(root, 'bare'),
  lynceusLog: join(root, 'lynceus.log'),
}
try {
  await runSuites(home)
} catch (error) {
  process.exitCode = 1
  console.error(error)
  await printLogs(home).catch(console.error)
} finally {
  await clusterDown(home.full)
  await clusterDown(home.bare)
  rmSync(root, { recursive: true, force: true })
  progress('clusters are down')
}
