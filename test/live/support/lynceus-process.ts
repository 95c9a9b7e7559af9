import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { LynceusClient } from './lynceus-client.ts'
import { until } from './until.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

const READY = 200

/** In its log: where it listens. It chooses a free port itself, as one found for it could be another's by then. */
const LISTENING = /listening at (http:\/\/127\.0\.0\.1:\d+)/

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
    const log = openSync(logFile, 'a')
    const { size: logged } = fstatSync(log)
    const child = spawn(process.execPath, [main, 'serve', '--host', '127.0.0.1', '--port', '0'], {
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
    const url = await until(
      'Lynceus listening',
      async () => {
        assertAlive(child)
        return LISTENING.exec(readFileSync(logFile).toString('utf8', logged))?.[1] ?? ''
      },
      (found) => found !== '',
    )
    const lynceus = new LynceusProcess(url, child)
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
    assertAlive(this.#child)
    return new LynceusClient(this.url).readiness()
  }
}

function assertAlive({ exitCode, signalCode }: ChildProcess): void {
  if (exitCode !== null || signalCode !== null)
    throw new Error(`Lynceus ended with ${signalCode ?? `exit code ${exitCode}`}`)
}
