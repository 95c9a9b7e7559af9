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
    t.equal(stderr, `lynceus ${name}: Unknown flag "--no-such-flag".\nSee lynceus ${name} --help.\n`, name)
  }
  const { code, stdout, stderr } = await run(['rollout-status', '-no-such-flag'])
  t.match({ code, stdout }, { code: 2, stdout: '' })
  t.match(stderr, /^flag provided but not defined: -no-such-flag\nUsage of rollout-status:\n/)
})

const MISTAKES: readonly (readonly [command: string, message: string])[] = [
  ['serve --prot 1', 'Unknown flag "--prot". Did you mean "--port"?'],
  ['serve --staleAfter=3s', 'Unknown flag "--staleAfter". Did you mean "--stale-after"?'],
  ['gate --nmae web', 'Unknown flag "--nmae". Did you mean "--name"?'],
  ['gate -kind=pod', 'Unknown flag "-kind". Did you mean "--kind"?'],
  ['record -namespace shop', 'Unknown flag "-namespace". Did you mean "--namespace"?'],
  ['replay a.ndjson --minPods 3', 'Unknown flag "--minPods". Did you mean "--min-pods"?'],
  ['notify list --evnt x', 'Unknown flag "--evnt". Did you mean "--event"?'],
  ['gate -x', 'Unknown flag "-x".'],
  ['serve shop', 'Unexpected argument "shop".'],
  ['gate web', 'Unexpected argument "web".'],
  ['gate --name web -- --kind', 'Unexpected argument "--kind".'],
  ['record shop.ndjson', 'Unexpected argument "shop.ndjson".'],
  ['replay a.ndjson b.ndjson', 'Unexpected argument "b.ndjson".'],
  ['notify list slack', 'Unexpected argument "slack".'],
  ['notify test slack other', 'Unexpected argument "other".'],
  ['gate --name', 'Flag "--name" needs a value.'],
  ['serve --port', 'Flag "--port" needs a value.'],
  [
    'gate --name --kind pod',
    'Flag "--name" needs a value. One that begins with a dash is written --name=--kind.',
  ],
  ['gate --limit -1', 'Flag "--limit" needs a value. One that begins with a dash is written --limit=-1.'],
  ['record --redact=yes', 'Flag "--redact" takes no value.'],
]

t.test('flags and arguments that a command does not know are named in the same words', async (t) => {
  for (const [command, message] of MISTAKES) {
    const args = command.split(' ')
    t.same(
      await run(args),
      { code: 2, stdout: '', stderr: `lynceus ${args[0]}: ${message}\nSee lynceus ${args[0]} --help.\n` },
      command,
    )
  }
})

t.test('help is given even beside an argument that has no place', async (t) => {
  t.match(await run(['gate', 'web', '--help']), { code: 0, stdout: /^Usage: lynceus gate/, stderr: '' })
  t.match(await run(['serve', '-h', 'me']), { code: 0, stdout: /^Usage: lynceus serve/, stderr: '' })
})

t.test('every command has help, with its flags', async (t) => {
  for (const name of COMMANDS.keys()) {
    const { code, stdout, stderr } = await run([name, '--help'])
    t.equal(code, 0, name)
    t.match(`${stdout}${stderr}`, /^Usage/, name)
    // With a value, so that no command starts: a flag without values refuses it, an unknown one in other words.
    for (const [, flag = ''] of stdout.matchAll(/^ {2}(--[a-z][a-z-]*)/gm)) {
      const tried = await run([name, `${flag}=1`, '--help'])
      t.notMatch(tried.stderr, /Unknown flag/, `${name} ${flag}`)
    }
  }
})
