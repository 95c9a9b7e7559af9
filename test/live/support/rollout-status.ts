import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import Schema from 'typebox/schema'
import { isObject, type JsonObject } from './json.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const schemaFile = new URL('../../../docs/schemas/rollout-status.schema.json', import.meta.url)

/** What rollout-status came to. */
export interface StatusResult {
  readonly exitCode: number
  readonly output: JsonObject
  /** Whether its output is as published. */
  readonly matchesSchema: boolean
}

/** Runs `rollout-status` from source until it ends by itself. */
export async function runRolloutStatus(kubeconfig: string, args: readonly string[]): Promise<StatusResult> {
  const env = { PATH: process.env.PATH, KUBECONFIG: kubeconfig }
  const child = spawn(process.execPath, [main, 'rollout-status', ...args], { env })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  // Progress goes to stderr.
  if (code !== 0 && code !== 1) throw new Error(`rollout-status ${args.join(' ')}: ${stderr}`)
  const output: unknown = JSON.parse(stdout)
  const schema: unknown = JSON.parse(readFileSync(schemaFile, 'utf8'))
  if (!isObject(output) || !isObject(schema)) throw new Error(`no object: ${stdout}`)
  return { exitCode: Number(code), output, matchesSchema: Schema.Check(schema, output) }
}
