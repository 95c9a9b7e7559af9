import { seedNames } from '../testing/fake-apiserver/seed.ts'
import { shown, spread, table } from './figures.ts'
import { message, numbers, strings, subject } from './processes.ts'

const CLIENTS = 1000
const PODS = 10_000
const PODS_PER_DEPLOYMENT = PODS / CLIENTS
const CHANGES = 20

/** Between two changes: the message tells whole seconds, and what does not change it is not told, ms. */
const PAUSE_MS = 1_100

/** How the clients ask: all the same, or each about a Deployment of its own. */
const CROWDS = {
  'all ask about one Deployment': () => 0,
  'each asks about its own': (client: number) => client * PODS_PER_DEPLOYMENT,
} as const

/** (e) Clients that wait at /gate: from a change being sent to each client having it, and what a client costs. */
export async function benchGate(): Promise<string> {
  const rows = [
    [
      `${CLIENTS} clients of /gate, ${PODS} pods`,
      'ms to a client: median',
      '99 of 100',
      'last',
      'KiB a client: heap',
      'RSS',
    ],
  ]
  for (const [name, podOf] of Object.entries(CROWDS)) rows.push([name, ...(await benchCrowd(podOf))])
  return table(rows)
}

async function benchCrowd(podOf: (client: number) => number): Promise<string[]> {
  const server = subject('server', [String(PODS), 'workloads'])
  const { kubeconfig } = await message(server, strings('kubeconfig'))
  const service = subject('service', ['/version'], { KUBECONFIG_TEXT: kubeconfig })
  const clients = subject('gate-clients', [])
  try {
    const { url } = await message(service, strings('url'))
    const measure = numbers('heapUsed', 'rss')
    const memory = (): Promise<Record<'heapUsed' | 'rss', number>> => {
      service.send({ memory: true })
      return message(service, measure)
    }
    const before = await memory()
    clients.send({ urls: Array.from({ length: CLIENTS }, (_, client) => gateUrl(url, podOf(client))) })
    await message(clients, strings('opened'))
    const after = await memory()
    const delays: number[] = []
    for (let change = 0; change < CHANGES; change += 1) {
      const pod = podOf(Math.floor(Math.random() * CLIENTS))
      const hearing = podOf(1) === podOf(0) ? CLIENTS : 1
      clients.send({ listen: hearing })
      await message(clients, strings('listening'))
      const done = message(clients, strings('heard'))
      server.send({ crash: pod })
      const { sentAt } = await message(server, strings('sentAt'))
      const heard: unknown = JSON.parse((await done).heard)
      if (!Array.isArray(heard)) throw new Error('the clients told no times')
      delays.push(...heard.map((at) => Number(at) - Number(sentAt)))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    const sorted = delays.toSorted((left, right) => left - right)
    const worst = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    const kib = (name: 'heapUsed' | 'rss') => ((after[name] - before[name]) / CLIENTS / 1024).toFixed(1)
    return [shown(sorted, 1), worst.toFixed(1), spread(sorted).most.toFixed(1), kib('heapUsed'), kib('rss')]
  } finally {
    for (const child of [clients, service, server]) child.kill()
  }
}

/** A wait that no pass ends while the bench lasts. */
function gateUrl(url: string, pod: number): string {
  const { namespace, app } = seedNames(pod)
  return `${url}/gate?namespace=${namespace}&kind=deployment&name=${app}&settle=10m&timeout=20m&retryLimit=100000`
}
