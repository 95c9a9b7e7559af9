import { join } from 'node:path'
import t from 'tap'
import { readNotifySettings } from '../../src/config/notify-file.ts'
import { NotifySettingsError } from '../../src/notify/settings-error.ts'

t.test('targets of the variable and of the file', async (t) => {
  const folder = t.testdir({
    'notify.yaml': 'targets:\n  - name: chat\n    url: https://chat.example/hook\n',
    'empty.yaml': '',
  })
  t.equal(readNotifySettings(undefined, undefined), null)
  const settings = readNotifySettings('https://a.example/', join(folder, 'notify.yaml'))
  t.same(
    settings?.targets.map(({ name }) => name),
    ['notify-befde498', 'chat'],
  )
  t.throws(() => readNotifySettings(undefined, join(folder, 'empty.yaml')), { name: 'NotifySettingsError' })
})

t.test('a file that cannot be used is told of without what it holds', async (t) => {
  const url = 'https://chat.example/T0/s3cret'
  const folder = t.testdir({
    'broken.yaml': `targets:\n  - name: chat\n    url: ${url}\n   format: "s3cret\n`,
    'alias.yaml': `targets:\n  - url: *s3cret\n`,
    'wrong.yaml': `targets:\n  - name: chat\n    url: s3cret\n`,
    'unknown.yaml': `targets:\n  - name: chat\n    s3cret-url: ${url}\n`,
    'large.yaml': `# ${'s3cret'.repeat(200_000)}`,
  })
  const cases: readonly (readonly [file: string, says: RegExp])[] = [
    ['broken.yaml', /broken\.yaml is not valid YAML \(line \d: [A-Z_]+\)$/],
    ['alias.yaml', /alias\.yaml is not valid YAML \(an alias\)/],
    ['wrong.yaml', /target chat: its URL is not valid/],
    ['unknown.yaml', /the settings file of the notifier is not valid at \/targets\/0/],
    ['large.yaml', /large\.yaml: it has \d+ bytes; at most \d+ are read/],
    ['absent.yaml', /absent\.yaml: ENOENT/],
  ]
  for (const [file, says] of cases) {
    const told = failure(() => readNotifySettings(undefined, join(folder, file)))
    t.match(told, says)
    t.notMatch(told, /s3cret|chat\.example/)
  }
})

/** The error's message with that of its cause, as the command line prints them. */
function failure(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (!(error instanceof NotifySettingsError)) throw error
    return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
  }
  return 'no failure'
}
