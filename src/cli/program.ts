import { ClusterConfigError, NoAccessError } from '../cluster/client/errors.ts'
import { ConfigError } from '../config/config-error.ts'
import { errorChain, errorCode } from '../lib/error-chain.ts'
import { NotifySettingsError } from '../notify/settings-error.ts'
import { VERSION } from '../version.ts'
import { type Command, EXIT, type ProcessContext, UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'

/** Runs `lynceus NAME ...args`. Reports errors on stderr; resolves with the exit code. */
export async function runProgram(name: string, context: ProcessContext): Promise<number> {
  const load = COMMANDS.get(name)
  if (load === undefined) return runWithoutCommand(name, context)
  return runCommand(name, load, context)
}

/** Loads a command and runs it. Reports errors on stderr; resolves with the exit code. */
export async function runCommand(
  name: string,
  load: () => Promise<Command>,
  context: ProcessContext,
): Promise<number> {
  try {
    const command = await load()
    return await command.run(context)
  } catch (error) {
    return reportError(error, name, context)
  }
}

async function runWithoutCommand(name: string, { stdout, stderr }: ProcessContext): Promise<number> {
  if (name === '--version' || name === 'version') {
    stdout.write(`lynceus ${VERSION}\n`)
    return EXIT.pass
  }
  const help = name === '--help' || name === '-h' || name === 'help'
  const known = await Promise.all([...COMMANDS.values()].map((load) => load()))
  const commands = known.map((command) => `  ${command.name.padEnd(16)} ${command.summary}\n`).join('')
  const usage = `Usage: lynceus COMMAND [flags]\n\n${commands}\nRun "lynceus COMMAND --help" for the flags of a command, "lynceus --version" for the version.\n`
  if (help) stdout.write(usage)
  else stderr.write(`lynceus: Unknown command "${name}".\n\n${usage}`)
  return help ? EXIT.pass : EXIT.usage
}

/** An error that the user can fix gets one line; any other is a defect and gets its stack. */
function reportError(error: unknown, name: string, { stderr }: ProcessContext): number {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof NotifySettingsError) {
    stderr.write(`lynceus ${name}: ${errorChain(error)}\nSee lynceus ${name} --help.\n`)
    return EXIT.usage
  }
  if (error instanceof ClusterConfigError || error instanceof NoAccessError) {
    stderr.write(`lynceus ${name}: ${errorChain(error)}\n`)
    return EXIT.unreachable
  }
  const code = errorCode(error)
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    stderr.write(`lynceus ${name}: cannot listen: ${errorChain(error)}\n`)
    return EXIT.usage
  }
  stderr.write(`lynceus ${name}: ${error instanceof Error ? error.stack : String(error)}\n`)
  return EXIT.fail
}
