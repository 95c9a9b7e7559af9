#!/usr/bin/env node
import { basename } from 'node:path'
import { enableCache } from './cli/compile-cache.ts'

// Windows has no user ids, and directories of users are not shared there.
enableCache(process.env, process.getuid?.() ?? 0)
// Imported only now: the cache holds only modules that are loaded after it was enabled.
const [{ COMMANDS }, { runProgram }] = await Promise.all([
  import('./cli/commands.ts'),
  import('./cli/program.ts'),
])

/** Called by the name of a command, as the drop-ins are, the program is that command. */
const calledAs = basename(process.argv[1] ?? '', '.js')
const [name = '--help', ...args] = COMMANDS.has(calledAs)
  ? [calledAs, ...process.argv.slice(2)]
  : process.argv.slice(2)
process.exitCode = await runProgram(name, {
  args,
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  terminated: terminated(),
})
// Timers and kept-alive sockets of a finished command must not keep the process.
process.stdout.write('', () => process.exit())

function terminated(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
}
