import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { EXIT, UsageError } from '../../../src/cli/command.ts'
import { demo } from '../../../testing/demo/demo.ts'

/** On a terminal that does not know its size. */
function run(args: readonly string[]) {
  const stdout = Object.assign(new PassThrough(), { columns: 0 })
  const code = demo
    .run({ args, env: {}, stdout, stderr: new PassThrough(), terminated: new Promise(() => undefined) })
    .finally(() => stdout.end())
  return { code, output: text(stdout) }
}

t.test('--once plays the story, and every verdict comes out as it says', async (t) => {
  const { code, output } = run(['--once', '--port', '0', '--pace', '0.2'])
  const shown = await output
  t.equal(await code, EXIT.pass, 'exit code', { shown })
  t.match(shown, /5 of 5: The recovery/)
  t.match(shown, /canary: FAIL \(process-crashing\)/)
  t.match(shown, /canary: FAIL \(invalid-config\)/)
  t.match(shown, /canary: FAIL \(resource-limits-exceeded\)/)
  t.notMatch(shown, /✗/)
  t.match(shown, /^── Lynceus: is this revision good\? ─{44}$/m, 'as wide as 80 columns allow')
})

t.test('help and misuse', async (t) => {
  const { code, output } = run(['--help'])
  t.match(await output, /--once/)
  t.equal(await code, EXIT.pass)
  await t.rejects(
    run(['--onec']).code,
    new UsageError('Unknown flag "--onec". Did you mean "--once"?'),
    'a flag that is not known',
  )
  await t.rejects(run(['now']).code, new UsageError('Unexpected argument "now".'), 'a stray argument')
  await t.rejects(run(['--pace', 'fast']).code, UsageError)
})
