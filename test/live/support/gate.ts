import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isObject, type JsonObject } from './json.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

/** What `lynceus gate` came to. */
export interface GateResult {
  readonly exitCode: number
  /** The answer; empty when it has none. */
  readonly answer: JsonObject
  /** The lines of its progress. */
  readonly progress: readonly string[]
}

/** `lynceus gate` from source, while it waits. */
export interface RunningGate {
  readonly end: Promise<GateResult>
  /** The first line of its progress: what it waits for. */
  readonly firstLine: Promise<string>
}

/** Starts `lynceus gate --format json` with these flags; it watches the cluster itself. */
export function startGate(kubeconfig: string, flags: readonly string[]): RunningGate {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const args = [main, 'gate', '--kubeconfig', kubeconfig, '--format', 'json', ...flags]
  const child = spawn(process.execPath, args, { env })
  const progress: string[] = []
  const stderr = createInterface({ input: child.stderr })
  stderr.on('line', (line) => progress.push(line))
  const firstLine = once(stderr, 'line').then(([line]) => String(line))
  const end = Promise.all([text(child.stdout), once(child, 'close')]).then(([stdout, [code]]) => {
    const answer: unknown = stdout === '' ? {} : JSON.parse(stdout)
    if (!isObject(answer)) throw new Error(`no object: ${stdout}`)
    return { exitCode: Number(code), answer, progress }
  })
  return { end, firstLine }
}
