import autocannon from 'autocannon'
import { seedNames } from '../testing/fake-apiserver/seed.ts'
import { ratios, shown, table } from './figures.ts'
import { message, strings, subject } from './processes.ts'

const CONNECTIONS = 20
const SECONDS = 4

/**
 * (b) /analyze/crashes by hash against a bare fastify route with an answer of the same size and schema: the same question
 * again and again, as whoever polls asks it, and one that is judged anew each time (a moving window).
 */
export async function benchAnalyze(sizes: readonly number[], runs: number): Promise<string> {
  const rows: string[][] = [
    ['/analyze/crashes by hash', 'requests/s', 'judged anew', 'bare route', 'ratio', 'ratio, judged anew'],
  ]
  for (const pods of sizes) rows.push(await benchSize(pods, runs))
  return table(rows)
}

async function benchSize(pods: number, runs: number): Promise<string[]> {
  const server = subject('server', [String(pods)])
  const { kubeconfig } = await message(server, strings('kubeconfig'))
  const { namespace, hash } = seedNames(Math.floor(pods / 2))
  const question = `/analyze/crashes?namespace=${namespace}&hash=${hash}&limit=100`
  const service = subject('service', [question], { KUBECONFIG_TEXT: kubeconfig })
  try {
    const { url, bareUrl } = await message(service, strings('url', 'bareUrl'))
    const targets = [`${url}${question}`, `${url}${question}&window=1h`, `${bareUrl}/constant`]
    const measured: number[][] = [[], [], []]
    for (const target of targets) await load(target, 1)
    for (let run = 0; run < runs; run += 1) {
      for (const [at, target] of targets.entries()) measured[at]?.push(await load(target, SECONDS))
    }
    const [asked = [], anew = [], bare = []] = measured
    const figures = [asked, anew, bare].map((one) => shown(one, 0))
    return [`${pods} pods`, ...figures, shown(ratios(asked, bare)), shown(ratios(anew, bare))]
  } finally {
    service.kill()
    server.kill()
  }
}

/** Requests answered a second. */
async function load(url: string, duration: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, pipelining: 1, duration })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} errors`)
  return result.requests.average
}
