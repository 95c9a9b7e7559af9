import { shown, table } from './figures.ts'
import { message, strings, subject } from './processes.ts'

const SCRAPES = 10

/** (d) What a scrape of /metrics costs the event loop with this many pods: a first one, and those after it. */
export async function benchScrape(pods: number): Promise<string> {
  const server = subject('server', [String(pods), 'workloads'])
  const { kubeconfig } = await message(server, strings('kubeconfig'))
  const service = subject('service', ['/version'], { KUBECONFIG_TEXT: kubeconfig })
  try {
    await message(service, strings('url'))
    const rows = [
      [`scrape, ${pods} pods, ${pods / 10} workloads`, 'CPU, ms', 'longest block, ms', 'size, KiB'],
    ]
    rows.push(['first', ...(await scrape(service, 1))])
    rows.push(['after', ...(await scrape(service, SCRAPES))])
    return table(rows)
  } finally {
    service.kill()
    server.kill()
  }
}

async function scrape(service: ReturnType<typeof subject>, times: number): Promise<string[]> {
  const figures = { cpu: [] as number[], block: [] as number[], size: [] as number[] }
  for (let at = 0; at < times; at += 1) {
    service.send({ scrape: true })
    const { cpuMs, blockMs, bytes } = await message(service, strings('cpuMs', 'blockMs', 'bytes'))
    figures.cpu.push(Number(cpuMs))
    figures.block.push(Number(blockMs))
    figures.size.push(Number(bytes) / 1024)
  }
  return [shown(figures.cpu, 1), shown(figures.block, 1), shown(figures.size, 0)]
}
