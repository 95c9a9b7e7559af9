import { type ChildProcess, execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { seedNames, seedPods } from '../testing/fake-apiserver/seed.ts'
import { ratios, shown, table } from './figures.ts'
import { benchOutage } from './outage.ts'
import { message, numbers, strings, subject } from './processes.ts'
import { type RealCluster, restarted, Writers, withRealCluster } from './real-cluster.ts'
import { seedCluster } from './scale-seed.ts'
import { processFigures, REST_MS, requireBuild, spawnService, untilReady } from './service-process.ts'

/** Pods of the clusters: on the real API server, and on the embedded one beyond. */
const REAL = [1_000, 10_000, 50_000]
const EMBEDDED = [150_000]
const RUNS = 5
/** Changes of pods a second. */
const RATE = 500
/** Those that change in turn. */
const CHANGED_PODS = 1_000
const CHURN_SECONDS = 20
/** Of the changes, those whose lag is measured: one each. */
const SAMPLE_MS = 100

const run = promisify(execFile)

/** A change that somebody sent. */
interface Sent {
  readonly version: string
  readonly sentAt: number
  readonly of: { readonly namespace: string; readonly pod: string }
}

/** A cluster to measure against. */
interface Source {
  readonly pods: number
  readonly kubeconfig: string
  /** Changes pods at RATE, or as fast as the server takes it, until the signal aborts; reports one of them from time to time. */
  readonly churn: (signal: AbortSignal, tell: (sent: Sent) => void) => Promise<number>
}

/** (i) What a replica needs in clusters of several sizes, and client-go with the same informers. Needs `npm run build`. */
export async function benchScale(): Promise<string> {
  requireBuild()
  const rows = [
    [
      ...['pods', 'ready s', 'client-go s', 'of client-go', 'CPU s', 'of client-go', 'peak MiB', 'rest MiB'],
      ...['changes/s', 'CPU %', 'lag ms p50', 'p99', '/metrics ms', 'KiB'],
    ],
  ]
  const outages: string[][] = []
  await withRealCluster(async (cluster) => {
    const writers = new Writers(cluster.origin)
    for (const pods of REAL) {
      await seedCluster(writers, pods)
      rows.push(await benchSource(realSource(cluster, writers, pods), join(cluster.home, 'informer')))
    }
    outages.push(...(await benchOutage(cluster, writers)))
    await writers.close()
  })
  for (const pods of EMBEDDED) {
    const server = subject('server', [String(pods), 'cluster'])
    const home = mkdtempSync(join(tmpdir(), 'lynceus-scale-'))
    try {
      const { kubeconfig: text } = await message(server, strings('kubeconfig'))
      const kubeconfig = join(home, 'kubeconfig')
      writeFileSync(kubeconfig, text)
      rows.push(await benchSource(embeddedSource(server, kubeconfig, pods), null))
    } finally {
      server.kill()
      rmSync(home, { recursive: true })
    }
  }
  return `${table(rows)}\n\n${table(outages)}`
}

async function benchSource(source: Source, informer: string | null): Promise<string[]> {
  const ours: Started[] = []
  const theirs: Started[] = []
  for (let round = 0; round < RUNS; round += 1) {
    if (informer !== null) theirs.push(await startInformer(informer, source.kubeconfig))
    ours.push(await startService(source.kubeconfig))
  }
  const of = (name: 'wallSeconds' | 'cpuSeconds'): [number[], number[]] => [
    ours.map((one) => one[name]),
    theirs.map((one) => one[name]),
  ]
  const [wall, theirWall] = of('wallSeconds')
  const [cpu, theirCpu] = of('cpuSeconds')
  const compared = (one: number[], other: number[]): string =>
    other.length === 0 ? '' : shown(ratios(one, other))
  const row = [
    String(source.pods),
    shown(wall),
    theirWall.length === 0 ? '' : shown(theirWall),
    compared(wall, theirWall),
    shown(cpu),
    compared(cpu, theirCpu),
    shown(
      ours.map(({ peakMiB }) => peakMiB),
      0,
    ),
    shown(
      ours.map(({ restMiB }) => restMiB),
      0,
    ),
    ...(await benchChurn(source)),
  ]
  // What comes after may fail, and this took long.
  process.stderr.write(`bench: ${row.join(' | ')}\n`)
  return row
}

async function startInformer(program: string, kubeconfig: string): Promise<Started> {
  const { stdout } = await run(program, ['-kubeconfig', kubeconfig, '-all'])
  const { wallSeconds, cpuSeconds, peakRssMiB } = numbers(
    'wallSeconds',
    'cpuSeconds',
    'peakRssMiB',
  )(JSON.parse(stdout))
  return { wallSeconds, cpuSeconds, peakMiB: peakRssMiB, restMiB: Number.NaN }
}

interface Started {
  /** From its start to the first good answer of /readyz. */
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
  readonly restMiB: number
}

async function startService(kubeconfig: string): Promise<Started> {
  const port = String(20_000 + Math.floor(Math.random() * 10_000))
  const started = performance.now()
  const child = spawnService(kubeconfig, port)
  try {
    await untilReady(port)
    const wallSeconds = (performance.now() - started) / 1000
    const used = processFigures(child)
    await sleep(REST_MS)
    return { wallSeconds, ...used, restMiB: processFigures(child).restMiB }
  } finally {
    child.kill('SIGKILL')
  }
}

/** CPU and lag of a service while pods change, and what a scrape costs. */
async function benchChurn(source: Source): Promise<string[]> {
  const service = subject('service', ['/version'], {
    KUBECONFIG_TEXT: readFileSync(source.kubeconfig, 'utf8'),
  })
  const stop = new AbortController()
  try {
    await message(service, strings('url'))
    const cpu = (): Promise<Record<'cpuSeconds', number>> => {
      service.send({ cpu: true })
      return message(service, numbers('cpuSeconds'))
    }
    const before = await cpu()
    const lags: number[] = []
    let last = Promise.resolve()
    const churned = source.churn(stop.signal, ({ version, sentAt, of }) => {
      last = last.then(async () => {
        service.send({ reach: version, of })
        lags.push((await message(service, numbers('reachedAt'))).reachedAt - sentAt)
      })
    })
    // What goes wrong on the way ends the bench at once.
    await Promise.race([churned, sleep(CHURN_SECONDS * 1000)])
    stop.abort()
    const changes = await churned
    await last
    const after = await cpu()
    service.send({ scrape: true })
    const scrape = await message(service, strings('cpuMs', 'bytes'))
    const sorted = lags.toSorted((one, other) => one - other)
    const at = (share: number): string =>
      (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1)
    return [
      (changes / CHURN_SECONDS).toFixed(0),
      (((after.cpuSeconds - before.cpuSeconds) / CHURN_SECONDS) * 100).toFixed(1),
      at(0.5),
      at(0.99),
      Number(scrape.cpuMs).toFixed(1),
      (Number(scrape.bytes) / 1024).toFixed(0),
    ]
  } finally {
    stop.abort()
    service.kill()
  }
}

const now = (): number => performance.timeOrigin + performance.now()

function realSource({ kubeconfig }: RealCluster, writers: Writers, pods: number): Source {
  const objects = [...seedPods(CHANGED_PODS)]
  let changes = 0
  const churn: Source['churn'] = async (signal, tell) => {
    let sampledAt = 0
    await writers.inParallel(async (put, clients) => {
      const pause = (1000 / RATE) * clients
      while (!signal.aborted) {
        const sentAt = now()
        const index = changes % objects.length
        changes += 1
        const sample = sentAt - sampledAt > SAMPLE_MS
        if (sample) sampledAt = sentAt
        const { namespace, pod } = seedNames(index)
        const path = `/api/v1/namespaces/${namespace}/pods/${pod}/status`
        const version = await put(path, restarted(objects[index] ?? {}, changes))
        if (sample && version !== null) tell({ version, sentAt, of: { namespace, pod } })
        await sleep(Math.max(0, pause - (now() - sentAt)))
      }
    })
    return changes
  }
  return { pods, kubeconfig, churn }
}

function embeddedSource(server: ChildProcess, kubeconfig: string, pods: number): Source {
  const churn: Source['churn'] = async (signal, tell) => {
    server.send({ churn: { from: CHANGED_PODS, rate: RATE } })
    for (let index = 0; !signal.aborted; index += 1) {
      server.send({ crash: index % CHANGED_PODS })
      const { sentAt, version } = await message(server, strings('sentAt', 'version'))
      const { namespace, pod } = seedNames(index % CHANGED_PODS)
      tell({ version, sentAt: Number(sentAt), of: { namespace, pod } })
      await sleep(SAMPLE_MS)
    }
    server.send({ churn: { from: 0, rate: 0 } })
    return RATE * CHURN_SECONDS
  }
  return { pods, kubeconfig, churn }
}
