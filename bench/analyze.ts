import autocannon from 'autocannon'
import { seedNames } from '../src/embedded/seed.ts'
import { ratios, shown, table } from './figures.ts'
import { message, strings, subject } from './processes.ts'

const CONNECTIONS = 20
const SECONDS = 4

/** (b) /analyze/crashes by hash against a bare fastify route with an answer of the same size and schema. */
export async function benchAnalyze(sizes: readonly number[], runs: number): Promise<string> {
  const rows: string[][] = [['/analyze/crashes by hash', 'requests/s', 'bare route', 'ratio']]
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
    const asked: number[] = []
    const constant: number[] = []
    await load(`${url}${question}`, 1)
    await load(`${bareUrl}/constant`, 1)
    for (let run = 0; run < runs; run += 1) {
      asked.push(await load(`${url}${question}`, SECONDS))
      constant.push(await load(`${bareUrl}/constant`, SECONDS))
    }
    return [`${pods} pods`, shown(asked, 0), shown(constant, 0), shown(ratios(asked, constant))]
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
