import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

/** Runs `crashcheck` from source with these variables until it ends by itself. */
export async function runCrashcheck(
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [main, 'crashcheck'], {
    env: { PATH: process.env.PATH, ...variables },
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { exitCode: Number(code), stdout, stderr }
}
