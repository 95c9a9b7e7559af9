import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { at, list } from '../../live/support/json.ts'
import { until } from '../../live/support/until.ts'

/** The alerts that the chart ships. */
export const RULES = fileURLToPath(new URL('../../../charts/lynceus/monitoring/rules.yaml', import.meta.url))

/** A real Prometheus on a port of its own that scrapes one target every second. */
export class Prometheus {
  readonly #url: string
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.#url = url
    this.#child = child
    this.#folder = folder
  }

  /** Starts it with the chart's rules, as job lynceus; resolves when it answers. */
  static async start(target: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'lynceus-prometheus-'))
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [RULES],
      scrape_configs: [{ job_name: 'lynceus', honor_labels: true, static_configs: [{ targets: [target] }] }],
    }
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config))
    const address = `127.0.0.1:${await freePort()}`
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ]
    const child = spawn('prometheus', args, { stdio: ['ignore', 'inherit', 'inherit'] })
    await once(child, 'spawn')
    const prometheus = new Prometheus(`http://${address}`, child, folder)
    await until('prometheus', () => prometheus.#isReady(), Boolean)
    return prometheus
  }

  /** Results of an instant query. Throws an Error with what Prometheus says against it. */
  async query(expression: string): Promise<readonly unknown[]> {
    const answer = await this.#get(`/api/v1/query?query=${encodeURIComponent(expression)}`)
    if (at(answer, 'status') !== 'success') throw new Error(`${expression}: ${JSON.stringify(answer)}`)
    return list(answer, 'data', 'result')
  }

  /** The rules as Prometheus evaluates them, with their health. */
  async rules(): Promise<readonly unknown[]> {
    return list(await this.#get('/api/v1/rules'), 'data', 'groups', 0, 'rules')
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #isReady(): Promise<boolean> {
    if (this.#child.exitCode !== null)
      throw new Error(`prometheus ended with exit code ${this.#child.exitCode}`)
    const answer = await fetch(`${this.#url}/-/ready`).catch((error: unknown) => {
      if (error instanceof TypeError) return null // not listening yet
      throw error
    })
    return answer?.ok === true
  }

  async #get(path: string): Promise<unknown> {
    return (await fetch(`${this.#url}${path}`)).json()
  }
}

/** A port of loopback that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
