// How long from a crash until its AnalysisRun is Failed, while one Argo Rollouts controller has many runs going:
//   node test/live/measure-runs.ts [RUNS...]     by default 10 30 60 100; takes about half an hour
// Prints a table of Markdown for docs/argo.md. The pods are objects that nobody runs; their crashes are written by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { AnalysisRuns } from './argo/analysis-runs.ts'
import type { Asking } from './argo/tripwire.ts'
import { argoClusterUp, clusterDown, kubeconfigOf } from './support/cluster.ts'
import { KubeApi } from './support/kube-api.ts'
import { LynceusProcess } from './support/lynceus-process.ts'
import { progress } from './support/progress.ts'

const SAMPLES = 12

/** Between two crashes: a random moment of the cycle of a held question, ms. */
const MAX_PAUSE_MS = 5_000

/** What is compared: how runs ask, of how many replicas, and how many answers each of those holds. */
const SETUPS: readonly (readonly [asking: Asking, replicas: number, maxHeld: number])[] = [
  ['5s', 1, 0],
  ['1s', 1, 0],
  ['held', 1, 10_000],
  ['held', 1, 28],
  ['held', 1, 24],
  ['held', 1, 20],
  ['held', 2, 24],
  ['held', 2, 14],
  ['held', 2, 12],
  ['held', 2, 10],
]

const root = mkdtempSync(join(tmpdir(), 'lynceus-runs-'))
const home = join(root, 'cluster')
const counts = process.argv.slice(2).map(Number)

async function sample(
  api: KubeApi,
  runs: number,
  asking: Asking,
  urls: readonly string[],
): Promise<readonly number[]> {
  const all = await AnalysisRuns.start(api, `runs-${Date.now()}`, asking, urls)
  const names: string[] = []
  for (let count = 0; count < runs; count++) names.push(await all.add())
  await all.asked()
  const delays: number[] = []
  for (let taken = 0; taken < SAMPLES; taken++) {
    await pause(1000 + Math.random() * MAX_PAUSE_MS)
    const [name = ''] = names.splice(Math.floor(Math.random() * names.length), 1)
    delays.push(await all.crash(name))
    names.push(await all.add())
  }
  await all.end()
  return delays.toSorted((left, right) => left - right)
}

async function measure(runs: number, [asking, replicas, maxHeld]: (typeof SETUPS)[number]): Promise<string> {
  const kubeconfig = kubeconfigOf(home)
  const settings = { LYNCEUS_MAX_HELD: String(maxHeld) }
  const servers: LynceusProcess[] = []
  for (let count = 0; count < replicas; count++)
    servers.push(await LynceusProcess.start(kubeconfig, join(root, 'lynceus.log'), settings))
  const api = new KubeApi(kubeconfig)
  try {
    const urls = servers.map(({ url }) => url)
    const delays = await sample(api, runs, asking, urls)
    const [median, worst] = [delays[SAMPLES / 2], delays.at(-1)].map((delay) =>
      (delay ?? Number.NaN).toFixed(2),
    )
    const row = `| ${runs} | ${asking} | ${replicas} | ${asking === 'held' ? maxHeld : ''} | ${median} | ${worst} |`
    progress(row)
    return row
  } finally {
    await api.close()
    for (const server of servers) await server.stop()
  }
}

try {
  await argoClusterUp(home)
  const rows = [
    '| runs | asks | replicas | maxHeld | median, s | worst, s |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  for (const runs of counts.length > 0 ? counts : [10, 30, 60, 100])
    for (const setup of SETUPS) rows.push(await measure(runs, setup))
  process.stdout.write(`${rows.join('\n')}\n`)
} finally {
  await clusterDown(home)
  rmSync(root, { recursive: true, force: true })
}
