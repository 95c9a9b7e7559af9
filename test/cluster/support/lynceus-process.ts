import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { LynceusClient } from './lynceus-client.ts'
import { until } from './until.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

const READY = 200

/** Lower than the default, so that an outage of 20 s is long enough to see it pass. */
const STALE_AFTER = '10s'

/** Lynceus as a process of its own, from source. */
export class LynceusProcess {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  /** Starts it on a free port, with its log in a file and more settings, and waits until it has synced, or tried to. */
  static async start(
    kubeconfig: string,
    logFile: string,
    settings: Readonly<Record<string, string>> = {},
    fit: 'ready' | 'tried' = 'ready',
  ): Promise<LynceusProcess> {
    const port = await freePort()
    const log = openSync(logFile, 'a')
    const child = spawn(process.execPath, [main, 'serve', '--host', '127.0.0.1', '--port', String(port)], {
      env: {
        ...process.env,
        KUBECONFIG: kubeconfig,
        LYNCEUS_STALE_AFTER: STALE_AFTER,
        LYNCEUS_SHUTDOWN_DELAY: '0s',
        ...settings,
      },
      stdio: ['ignore', log, log],
      detached: true,
    })
    closeSync(log)
    const lynceus = new LynceusProcess(`http://127.0.0.1:${port}`, child)
    await until(
      'readiness of Lynceus',
      () => lynceus.#readiness(),
      (readiness) => readiness === READY || (fit === 'tried' && readiness !== 0),
    )
    return lynceus
  }

  /** Ends it as a cluster would; resolves to the exit code, null when it died of a signal. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM')
      await once(this.#child, 'exit')
    }
    return this.#child.exitCode
  }

  /** Ends it as a dying node would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }

  #readiness(): Promise<number> {
    if (this.#child.exitCode !== null) throw new Error(`Lynceus ended with exit code ${this.#child.exitCode}`)
    return new LynceusClient(this.url).readiness()
  }
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
