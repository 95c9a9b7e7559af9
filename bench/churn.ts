import type { ChildProcess } from 'node:child_process'
import autocannon from 'autocannon'
import { Agent, request } from 'undici'
import { seedNames } from '../testing/fake-apiserver/seed.ts'
import { ratios, shown, table } from './figures.ts'
import { message, numbers, strings, subject } from './processes.ts'

const NAMESPACE = 'busy'
const PODS_PER_DEPLOYMENT = 10
/** Pods that somebody asks about. */
const PODS = 10_000
/** Pods beside them, which change. */
const FOREIGN = 1_000
const RATE = 800
const GATES = 1_000
const WIDE_GATES = 100
const SECONDS = 10
const PROBE_MS = 5
const CONNECTIONS = 20

/** Who waits while foreign pods change. */
const CROWDS: Readonly<Record<string, (url: string) => string[]>> = {
  'no gates': () => [],
  [`${GATES} gates, each on a Deployment of its own`]: (url) =>
    Array.from({ length: GATES }, (_, at) => {
      const { app } = seedNames(at * PODS_PER_DEPLOYMENT)
      return gateUrl(url, `kind=deployment&name=${app}`)
    }),
  [`${WIDE_GATES} gates, each on all pods`]: (url) =>
    Array.from({ length: WIDE_GATES }, (_, at) =>
      gateUrl(url, `selector=!no-${at}&window=10m&limit=1000000`),
    ),
}

/** (g) What waits and repeated questions cost in a namespace where pods change that nobody asks about. */
export async function benchChurn(): Promise<string> {
  const rows = [
    [
      `${PODS} pods, ${RATE} foreign changes a second`,
      'CPU, % of a core',
      '/livez ms: median',
      '99 of 100',
      'most',
    ],
  ]
  for (const [name, urls] of Object.entries(CROWDS)) rows.push([name, ...(await benchCrowd(urls))])
  return `${table(rows)}\n\n${await benchQuestions()}`
}

async function withService<T>(
  question: string,
  run: (service: ChildProcess, address: Record<'url' | 'bareUrl', string>) => Promise<T>,
): Promise<T> {
  const server = subject('server', [String(PODS + FOREIGN), 'workloads', NAMESPACE])
  const { kubeconfig } = await message(server, strings('kubeconfig'))
  const service = subject('service', [question], { KUBECONFIG_TEXT: kubeconfig })
  try {
    const address = await message(service, strings('url', 'bareUrl'))
    server.send({ churn: { from: PODS, rate: RATE } })
    return await run(service, address)
  } finally {
    service.kill()
    server.kill()
  }
}

function benchCrowd(urls: (url: string) => string[]): Promise<string[]> {
  return withService('/version', async (service, { url }) => {
    const clients = subject('gate-clients', [])
    try {
      clients.send({ urls: urls(url) })
      await message(clients, strings('opened'))
      const cpu = (): Promise<Record<'cpuSeconds', number>> => {
        service.send({ cpu: true })
        return message(service, numbers('cpuSeconds'))
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      const before = await cpu()
      const delays = (await probe(`${url}/livez`)).toSorted((one, other) => one - other)
      const after = await cpu()
      const percent = ((after.cpuSeconds - before.cpuSeconds) / SECONDS) * 100
      const at = (share: number): string =>
        (delays[Math.floor((delays.length - 1) * share)] ?? Number.NaN).toFixed(1)
      return [percent.toFixed(1), at(0.5), at(0.99), at(1)]
    } finally {
      clients.kill()
    }
  })
}

/** How long each of many requests took, one after the other, ms. */
async function probe(url: string): Promise<number[]> {
  const dispatcher = new Agent({ keepAliveTimeout: 60_000 })
  const delays: number[] = []
  const end = performance.now() + SECONDS * 1000
  while (performance.now() < end) {
    const started = performance.now()
    const { body } = await request(url, { dispatcher })
    await body.text()
    delays.push(performance.now() - started)
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS))
  }
  await dispatcher.close()
  return delays
}

/** The same question again and again, and judged anew, against a bare route, while foreign pods change. */
function benchQuestions(): Promise<string> {
  const { app } = seedNames(0)
  const question = `/analyze?namespace=${NAMESPACE}&kind=deployment&name=${app}`
  return withService(question, async (_service, { url, bareUrl }) => {
    const targets = [`${url}${question}`, `${url}${question}&window=1h`, `${bareUrl}/constant`]
    const measured: number[][] = [[], [], []]
    for (let run = 0; run < 5; run += 1)
      for (const [at, target] of targets.entries()) {
        const { requests, non2xx, errors } = await autocannon({
          url: target,
          connections: CONNECTIONS,
          duration: 3,
        })
        if (non2xx + errors > 0) throw new Error(`${target}: ${non2xx + errors} errors`)
        measured[at]?.push(requests.average)
      }
    const [asked = [], anew = [], bare = []] = measured
    return table([
      ['a Deployment in the busy namespace', 'requests/s', 'of a bare route'],
      ['asked again', shown(asked, 0), shown(ratios(asked, bare))],
      ['judged anew', shown(anew, 0), shown(ratios(anew, bare))],
      ['bare route', shown(bare, 0), ''],
    ])
  })
}

/** A wait that no pass ends while the bench lasts. */
function gateUrl(url: string, target: string): string {
  return `${url}/gate?namespace=${NAMESPACE}&${target}&settle=10m&timeout=20m&retryLimit=100000`
}
