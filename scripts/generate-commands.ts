import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Command } from '../src/cli/command.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { code, table } from './markdown.ts'

const HEAD = `<!-- Generated from each command's --help by \`npm run generate\`. Do not edit. -->
# Commands

\`lynceus COMMAND [flags]\`; the image starts \`lynceus\`, and \`lynceus serve\` without a command. \`crashcheck\` and \`rollout-status\` are also programs of their own names, in the image and in the package. In a checkout each command is \`npm run lynceus -- COMMAND [flags]\`.

`

/** Of our own commands; the drop-ins keep those of the originals. */
const EXIT_CODES = `
Exit codes: 0 pass, 1 fail, 2 usage, 3 inconclusive, 4 cluster or server unreachable, 124 timeout. The drop-ins keep those of the originals.
`

/** The Markdown document of all commands. */
export async function generateCommands(): Promise<string> {
  const commands = await Promise.all([...COMMANDS.values()].map((load) => load()))
  const rows = commands.map(({ name, summary }) => [`[${code(name)}](#${name})`, summary])
  const sections = await Promise.all(
    commands.map(
      async (command) => `\n## ${command.name}\n\n\`\`\`text\n${await readHelp(command)}\n\`\`\`\n`,
    ),
  )
  return `${HEAD}${table(['command', ''], rows)}${EXIT_CODES}${sections.join('')}`
}

/** What a command says of itself, to stdout or, as the flag package of Go does, to stderr. */
async function readHelp({ run }: Command): Promise<string> {
  const said = new PassThrough()
  const [help] = await Promise.all([
    text(said),
    run({
      args: ['--help'],
      env: {},
      stdout: said,
      stderr: said,
      terminated: new Promise(() => undefined),
    }).finally(() => said.end()),
  ])
  return help.trimEnd()
}
