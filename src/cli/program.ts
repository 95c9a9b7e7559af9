import { ClusterConfigError, NoAccessError } from '../cluster/client/errors.ts'
import { ConfigError } from '../config/config-error.ts'
import { errorChain, errorCode } from '../lib/error-chain.ts'
import { NotifySettingsError } from '../notify/settings-error.ts'
import { VERSION } from '../version.ts'
import { type Command, EXIT, type ProcessContext, UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'

/** Runs `lynceus NAME ...args`, whatever NAME is. Resolves with the exit code; says itself what went wrong. */
export async function runProgram(name: string, context: ProcessContext): Promise<number> {
  const load = COMMANDS.get(name)
  if (load === undefined) return withoutCommand(name, context)
  return runCommand(name, load, context)
}

/** Loads a command and runs it. Resolves with the exit code; says itself what went wrong. */
export async function runCommand(
  name: string,
  load: () => Promise<Command>,
  context: ProcessContext,
): Promise<number> {
  try {
    const command = await load()
    return await command.run(context)
  } catch (error) {
    return failed(error, name, context)
  }
}

async function withoutCommand(name: string, { stdout, stderr }: ProcessContext): Promise<number> {
  if (name === '--version' || name === 'version') {
    stdout.write(`lynceus ${VERSION}\n`)
    return EXIT.pass
  }
  const help = name === '--help' || name === '-h' || name === 'help'
  const known = await Promise.all([...COMMANDS.values()].map((load) => load()))
  const commands = known.map((command) => `  ${command.name.padEnd(16)} ${command.summary}\n`).join('')
  const usage = `Usage: lynceus COMMAND [flags]\n\n${commands}\nlynceus COMMAND --help says more; lynceus --version what this is.\n`
  if (help) stdout.write(usage)
  else stderr.write(`lynceus: there is no command "${name}"\n\n${usage}`)
  return help ? EXIT.pass : EXIT.usage
}

/** What the user can mend is one line; anything else is a defect and shows where it is. */
function failed(error: unknown, name: string, { stderr }: ProcessContext): number {
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
