import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** What became of a script. */
export interface ScriptResult {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** Runs a script as a runner of pipelines does: its shell, `-e`, and these variables besides PATH. */
export async function runScript(
  shell: string,
  script: string,
  variables: Readonly<Record<string, string>>,
  cwd: string,
): Promise<ScriptResult> {
  const path = `${process.execPath.replace(/\/node$/, '')}:${process.env.PATH}`
  const child = spawn(shell, ['-e', '-c', script], { cwd, env: { PATH: path, ...variables } })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, stderr, code: Number(code) }
}
