import t from 'tap'
import { COMMANDS } from '../../src/cli/commands.ts'
import { run } from './lynceus.ts'

/** The drop-ins answer as the originals do: Go's flag package, and a script without flags. */
const ORIGINALS = ['crashcheck', 'rollout-status']

t.test('a flag that does not exist is wrong usage, said on stderr', async (t) => {
  for (const name of COMMANDS.keys()) {
    if (ORIGINALS.includes(name)) continue
    const { code, stdout, stderr } = await run([name, '--no-such-flag'])
    t.match({ code, stdout }, { code: 2, stdout: '' }, name)
    t.match(
      stderr,
      new RegExp(`^lynceus ${name}: .*--no-such-flag[\\s\\S]*See lynceus ${name} --help\\.\n$`),
      name,
    )
  }
  const { code, stdout, stderr } = await run(['rollout-status', '-no-such-flag'])
  t.match({ code, stdout }, { code: 2, stdout: '' })
  t.match(stderr, /^flag provided but not defined: -no-such-flag\nUsage of rollout-status:\n/)
})

t.test('every command has help, with its flags', async (t) => {
  for (const name of COMMANDS.keys()) {
    const { code, stdout, stderr } = await run([name, '--help'])
    t.equal(code, 0, name)
    t.match(`${stdout}${stderr}`, /^Usage/, name)
  }
})
