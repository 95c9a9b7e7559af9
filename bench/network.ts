import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'undici'
import { seedNames, seedPods } from '../testing/fake-apiserver/seed.ts'
import { ratios, shown, table } from './figures.ts'
import { message, numbers, subject } from './processes.ts'

const PODS = 50_000
const RUNS = 5
/** Round trips, ms: the same machine, another zone, another region, another continent. */
const ROUND_TRIPS = [0, 2, 10, 50]
const FIGURES = ['wallSeconds', 'cpuSeconds', 'peakRssMiB', 'heapBytesPerPod'] as const
type Figures = Record<(typeof FIGURES)[number] | 'longestBlockMs', number>
/** Clients that write at a time. */
const WRITERS = 32
const PROXY_PORT = 19_700

const run = promisify(execFile)
const cluster = fileURLToPath(new URL('../test/live/cluster', import.meta.url))
const programs = fileURLToPath(new URL('client-go', import.meta.url))

/** (h) Cold sync of 50,000 pods from a real API server over networks, Lynceus and client-go's informer in turn. */
export async function benchNetwork(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'lynceus-network-'))
  const env = {
    ...process.env,
    CLUSTER_HOME: home,
    // With all controllers on, pods without a live owner or node are deleted.
    CLUSTER_CONTROLLERS: 'serviceaccount-controller',
    CLUSTER_API_ARGS:
      '--disable-admission-plugins=ServiceAccount --max-requests-inflight=3000 --max-mutating-requests-inflight=3000',
  }
  try {
    for (const name of ['informer', 'delay'])
      await run('go', ['build', '-o', join(home, name), `./${name}`], {
        cwd: programs,
        env: { ...env, GOTOOLCHAIN: 'auto' },
      })
    await run(cluster, ['up'], { env })
    const kubeconfig = join(home, 'admin.kubeconfig')
    await seed(readFileSync(kubeconfig, 'utf8'))
    const rows = []
    for (const milliseconds of ROUND_TRIPS)
      rows.push(...(await benchRoundTrip(milliseconds, kubeconfig, home)))
    return table([[`cold sync, ${PODS} pods`, 'Lynceus', 'client-go informer', 'of client-go'], ...rows])
  } finally {
    await run(cluster, ['down'], { env })
    rmSync(home, { recursive: true, force: true })
  }
}

async function benchRoundTrip(milliseconds: number, direct: string, home: string): Promise<string[][]> {
  const port = String(new URL(serverOf(readFileSync(direct, 'utf8'))).port)
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

function serverOf(kubeconfig: string): string {
  return /server: "?([^"\s]+)/.exec(kubeconfig)?.[1] ?? ''
}

/** Writes the pods with their statuses. */
async function seed(kubeconfig: string): Promise<void> {
  const origin = serverOf(kubeconfig)
  const headers = { authorization: 'Bearer admin-token', 'content-type': 'application/json' }
  // The certificate of a server that this bench has started itself.
  const clients = Array.from(
    { length: WRITERS },
    () => new Client(origin, { connect: { rejectUnauthorized: false } }),
  )
  const send = async (client: Client, method: 'POST' | 'PUT', path: string, body: object): Promise<void> => {
    const response = await client.request({ method, path, headers, body: JSON.stringify(body) })
    const text = await response.body.text()
    if (response.statusCode >= 300 && response.statusCode !== 409)
      throw new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`)
  }
  const [first] = clients
  const namespaces = new Set(Array.from({ length: PODS }, (_, index) => seedNames(index).namespace))
  for (const name of namespaces)
    if (first !== undefined) await send(first, 'POST', '/api/v1/namespaces', { metadata: { name } })
  const pods = seedPods(PODS)
  const started = performance.now()
  let written = 0
  const write = async (client: Client): Promise<void> => {
    for (const pod of pods) {
      const { namespace, name, ...metadata } = Object(pod.metadata)
      const kept = {
        name,
        namespace,
        labels: metadata.labels,
        annotations: metadata.annotations,
        ownerReferences: metadata.ownerReferences,
      }
      const path = `/api/v1/namespaces/${namespace}/pods`
      await send(client, 'POST', path, { metadata: kept, spec: pod.spec })
      await send(client, 'PUT', `${path}/${name}/status`, {
        metadata: kept,
        spec: pod.spec,
        status: pod.status,
      })
      written += 1
      if (written % 5_000 === 0)
        process.stderr.write(
          `bench: ${written} of ${PODS} pods, ${Math.round((performance.now() - started) / 1000)} s\n`,
        )
    }
  }
  await Promise.all(clients.map(write))
  await Promise.all(clients.map((client) => client.close()))
}
