import { execFile, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { seedNames, seedPods } from '../testing/fake-apiserver/seed.ts'
import { ratios, shown, table } from './figures.ts'
import { message, numbers, subject } from './processes.ts'
import { Writers, withRealCluster } from './real-cluster.ts'

const PODS = 50_000
const RUNS = 5
/** Round trips, ms: the same machine, another zone, another region, another continent. */
const ROUND_TRIPS = [0, 2, 10, 50]
const FIGURES = ['wallSeconds', 'cpuSeconds', 'peakRssMiB', 'heapBytesPerPod'] as const
type Figures = Record<(typeof FIGURES)[number] | 'longestBlockMs', number>
const PROXY_PORT = 19_700

const run = promisify(execFile)

/** (h) Cold sync of 50,000 pods from a real API server over networks, Lynceus and client-go's informer in turn. */
export function benchNetwork(): Promise<string> {
  return withRealCluster(async ({ home, kubeconfig, origin }) => {
    const writers = new Writers(origin)
    const namespaces = new Set(Array.from({ length: PODS }, (_, index) => seedNames(index).namespace))
    await writers.seed(
      [...namespaces].map((name) => ({ metadata: { name } })),
      () => '/api/v1/namespaces',
      'namespaces',
    )
    await writers.seed(seedPods(PODS), (namespace) => `/api/v1/namespaces/${namespace}/pods`, 'pods')
    await writers.close()
    const rows = []
    for (const milliseconds of ROUND_TRIPS)
      rows.push(...(await benchRoundTrip(milliseconds, kubeconfig, origin, home)))
    return table([[`cold sync, ${PODS} pods`, 'Lynceus', 'client-go informer', 'of client-go'], ...rows])
  })
}

async function benchRoundTrip(
  milliseconds: number,
  direct: string,
  origin: string,
  home: string,
): Promise<string[][]> {
  const { port } = new URL(origin)
  const path = join(home, `delayed-${milliseconds}`)
  const proxyPort = String(PROXY_PORT + milliseconds)
  const content = readFileSync(direct, 'utf8')
  writeFileSync(path, milliseconds === 0 ? content : content.replaceAll(`:${port}`, `:${proxyPort}`))
  const proxy =
    milliseconds === 0
      ? null
      : spawn(join(home, 'delay'), [
          '-l',
          `127.0.0.1:${proxyPort}`,
          '-t',
          `127.0.0.1:${port}`,
          '-d',
          `${milliseconds / 2}ms`,
        ])
  try {
    await sleep(500)
    const ours: Figures[] = []
    const theirs: Figures[] = []
    for (let round = 0; round < RUNS; round += 1) {
      theirs.push(await syncInformer(join(home, 'informer'), path))
      ours.push(await syncLynceus(readFileSync(path, 'utf8')))
    }
    const head = `${milliseconds} ms: `
    const rows = FIGURES.map((name) => {
      const [a, b] = [ours.map((one) => one[name]), theirs.map((one) => one[name])]
      return [`${head}${name}`, shown(a), shown(b), shown(ratios(a, b))]
    })
    return [...rows, [`${head}longestBlockMs`, shown(ours.map((one) => one.longestBlockMs)), '', '']]
  } finally {
    proxy?.kill()
  }
}

async function syncInformer(program: string, kubeconfig: string): Promise<Figures> {
  const { stdout } = await run(program, ['-kubeconfig', kubeconfig])
  return { ...numbers(...FIGURES)(JSON.parse(stdout)), longestBlockMs: Number.NaN }
}

async function syncLynceus(kubeconfig: string): Promise<Figures> {
  const child = subject('sync-lynceus', [String(PODS)], { KUBECONFIG_TEXT: kubeconfig })
  try {
    return await message(child, numbers(...FIGURES, 'longestBlockMs'))
  } finally {
    child.kill()
  }
}
