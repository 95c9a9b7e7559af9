import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ProcessContext } from '../../src/cli/command.ts'
import { runProgram } from '../../src/cli/program.ts'

// Nobody's own kubeconfig is found by what runs in this process.
process.env.HOME = '/nonexistent'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

/** What a finished command left. */
export interface Finished {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** A command that runs, in a process of its own. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly finished: Promise<Finished>
}

/** Starts `lynceus ...args` from source, with this environment alone; `program` may be a link of another name to it. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program = MAIN,
): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const finished = ended.then(([stdout, stderr, [code]]) => ({ stdout, stderr, code: Number(code) }))
  // A test that closes the child's output does not wait for what it says.
  finished.catch(() => undefined)
  return { child, finished }
}

/** Runs `lynceus ...args` to its end in this process, which is much quicker; with this environment alone. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const [name = '--help', ...others] = args
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const running = runProgram(name, { ...context(others, env), stdout, stderr }).finally(() => {
    stdout.end()
    stderr.end()
  })
  const [code, out, err] = await Promise.all([running, text(stdout), text(stderr)])
  return { stdout: out, stderr: err, code }
}

/** For running a command in this process; its output goes nowhere. */
export function context(args: readonly string[], env: Readonly<Record<string, string>>): ProcessContext {
  const nowhere = () => new PassThrough().resume()
  return { args, env, stdout: nowhere(), stderr: nowhere(), terminated: new Promise(() => undefined) }
}
