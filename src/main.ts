#!/usr/bin/env node
import { basename } from 'node:path'
import { EXIT, UsageError } from './cli/command.ts'
import { COMMANDS } from './cli/commands.ts'
import { ClusterConfigError, NoAccessError } from './cluster/errors.ts'
import { ConfigError } from './config.ts'
import { NotifySettingsError } from './notify/settings-error.ts'
import { VERSION } from './version.ts'

/** Called by the name of a command, as the drop-ins are, the program is that command. */
const calledAs = basename(process.argv[1] ?? '', '.js')
const [name = '--help', ...args] = COMMANDS.has(calledAs)
  ? [calledAs, ...process.argv.slice(2)]
  : process.argv.slice(2)
process.exitCode = await main()
// Timers and kept-alive sockets of a finished command must not keep the process.
process.stdout.write('', () => process.exit())

async function main(): Promise<number> {
  const load = COMMANDS.get(name)
  if (load === undefined) return withoutCommand()
  try {
    const command = await load()
    return await command.run({
      args,
      env: process.env,
      stdout: process.stdout,
      stderr: process.stderr,
      terminated: terminated(),
    })
  } catch (error) {
    return failed(error)
  }
}

async function withoutCommand(): Promise<number> {
  if (name === '--version' || name === 'version') {
    process.stdout.write(`lynceus ${VERSION}\n`)
    return EXIT.pass
  }
  const help = name === '--help' || name === '-h' || name === 'help'
  const known = await Promise.all([...COMMANDS.values()].map((load) => load()))
  const commands = known.map((command) => `  ${command.name.padEnd(16)} ${command.summary}\n`).join('')
  const usage = `Usage: lynceus COMMAND [flags]\n\n${commands}\nlynceus COMMAND --help says more; lynceus --version what this is.\n`
  if (help) process.stdout.write(usage)
  else process.stderr.write(`lynceus: there is no command "${name}"\n\n${usage}`)
  return help ? EXIT.pass : EXIT.usage
}

/** What the user can mend is one line; anything else is a defect and shows where it is. */
function failed(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof NotifySettingsError) {
    process.stderr.write(`lynceus ${name}: ${messageOf(error)}\nSee lynceus ${name} --help.\n`)
    return EXIT.usage
  }
  if (error instanceof ClusterConfigError || error instanceof NoAccessError) {
    process.stderr.write(`lynceus ${name}: ${messageOf(error)}\n`)
    return EXIT.unreachable
  }
  if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
    process.stderr.write(`lynceus ${name}: cannot listen: ${error.message}\n`)
    return EXIT.usage
  }
  process.stderr.write(`lynceus ${name}: ${error instanceof Error ? error.stack : String(error)}\n`)
  return EXIT.fail
}

function messageOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

function terminated(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
}
