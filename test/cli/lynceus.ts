import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ProcessContext } from '../../src/cli/command.ts'

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

/** Starts `lynceus ...args` from source, with this environment alone. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const finished = ended.then(([stdout, stderr, [code]]) => ({ stdout, stderr, code: Number(code) }))
  // A test that closes the child's output does not wait for what it says.
  finished.catch(() => undefined)
  return { child, finished }
}

/** Runs `lynceus ...args` to its end. */
export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return start(args, env).finished
}

/** For running a command in this process, which is quicker; its output goes nowhere. */
export function context(args: readonly string[], env: Readonly<Record<string, string>>): ProcessContext {
  const nowhere = () => new PassThrough().resume()
  return { args, env, stdout: nowhere(), stderr: nowhere(), terminated: new Promise(() => undefined) }
}
