import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'undici'
import type { JsonObject } from '../testing/fake-apiserver/json.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../test/live/cluster', import.meta.url))
const programs = fileURLToPath(new URL('client-go', import.meta.url))

/** Clients that write at a time. */
const WRITERS = 32
/** Objects written between two lines of progress. */
const PROGRESS_STEP = 5_000

/** A real API server on loopback, without controllers that would delete what a bench writes. */
export interface RealCluster {
  /** A folder of the bench's own, with the Go programs `informer` and `delay`. */
  readonly home: string
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  readonly origin: string
  /** Runs a command of test/live/cluster. */
  readonly command: (...args: readonly string[]) => Promise<unknown>
}

/** Starts one, and removes it after. */
export async function withRealCluster<T>(use: (cluster: RealCluster) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'lynceus-bench-'))
  const env = {
    ...process.env,
    CLUSTER_HOME: home,
    // With all controllers on, pods without a live owner or node are deleted.
    CLUSTER_CONTROLLERS: 'serviceaccount-controller',
    CLUSTER_API_ARGS:
      '--disable-admission-plugins=ServiceAccount --max-requests-inflight=3000 --max-mutating-requests-inflight=3000',
  }
  const command = (...args: readonly string[]): Promise<unknown> => run(script, [...args], { env })
  try {
    for (const name of ['informer', 'delay'])
      await run('go', ['build', '-o', join(home, name), `./${name}`], {
        cwd: programs,
        env: { ...env, GOTOOLCHAIN: 'auto' },
      })
    await command('up')
    const kubeconfig = join(home, 'admin.kubeconfig')
    const origin = /server: "?([^"\s]+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? ''
    return await use({ home, kubeconfig, origin, command })
  } catch (error) {
    const { stdout } = await run(script, ['logs'], { env })
    process.stderr.write(stdout)
    throw error
  } finally {
    await command('down')
    rmSync(home, { recursive: true, force: true })
  }
}

/** Clients of the administrator. */
export class Writers {
  readonly #clients: readonly Client[]

  constructor(origin: string) {
    // The certificate of a server that the bench has started itself.
    const connect = { rejectUnauthorized: false }
    this.#clients = Array.from({ length: WRITERS }, () => new Client(origin, { connect }))
  }

  /** Writes objects with their statuses; what exists already stays as it is. `path` is that of the collection. */
  async seed(
    objects: Iterable<JsonObject>,
    path: (namespace: string) => string,
    what: string,
  ): Promise<void> {
    let written = 0
    await this.#each(objects, async (client, object) => {
      const { metadata, status, ...rest } = Object(object)
      const { managedFields: _managed, uid: _uid, ...kept } = Object(metadata)
      const at = path(String(kept.namespace))
      const first = await send(client, 'POST', at, { ...rest, metadata: kept })
      if (status !== undefined && first !== null)
        await send(client, 'PUT', `${at}/${kept.name}/status`, { ...rest, metadata: kept, status })
      written += 1
      if (written % PROGRESS_STEP === 0) process.stderr.write(`bench: ${written} ${what} written\n`)
    })
  }

  /** Lets every client work on its own; `put` writes an object and gives its new version. */
  async inParallel(
    work: (
      put: (path: string, object: JsonObject) => Promise<string | null>,
      writers: number,
    ) => Promise<void>,
  ): Promise<void> {
    await Promise.all(
      this.#clients.map((client) =>
        work((path, object) => send(client, 'PUT', path, object), this.#clients.length),
      ),
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
  }

  async #each(
    objects: Iterable<JsonObject>,
    write: (client: Client, object: JsonObject) => Promise<void>,
  ): Promise<void> {
    const rest = objects[Symbol.iterator]()
    const work = async (client: Client): Promise<void> => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) await write(client, next.value)
    }
    await Promise.all(this.#clients.map(work))
  }
}

async function send(
  client: Client,
  method: 'POST' | 'PUT',
  path: string,
  body: object,
): Promise<string | null> {
  const headers = { authorization: 'Bearer admin-token', 'content-type': 'application/json' }
  const response = await client.request({ method, path, headers, body: JSON.stringify(body) })
  const text = await response.body.text()
  if (response.statusCode === 409) return null
  if (response.statusCode >= 300)
    throw new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`)
  return String(JSON.parse(text).metadata.resourceVersion)
}

/** The same pod with a higher number of restarts. */
export function restarted(pod: object, restartCount: number) {
  const { metadata, status, ...rest } = Object(pod)
  const { managedFields: _managed, uid: _uid, ...kept } = metadata
  const [first, ...others] = status.containerStatuses
  return {
    ...rest,
    metadata: kept,
    status: { ...status, containerStatuses: [{ ...first, restartCount }, ...others] },
  }
}
