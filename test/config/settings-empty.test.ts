import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/load-config.ts'
import { describeSettings } from '../../src/config/settings.ts'

/** A value that is not the default, for settings whose type does not tell one. */
const OTHERS: Readonly<Record<string, string>> = {
  customResources: 'apps.kruise.io/v1alpha1/CloneSet',
  staleAfter: '77s',
  shutdownDelay: '77s',
  logLevel: 'debug',
  notifyAllowLoopback: 'true',
  logs: 'true',
}

t.test('an empty setting counts as unset, wherever it comes from', async (t) => {
  const file = join(t.testdir({}), 'lynceus.yaml')
  const defaults = loadConfig({ flags: {}, env: {} })
  for (const { name, variable } of describeSettings()) {
    for (const empty of ['', '  ', '""', '[]', 'null']) {
      writeFileSync(file, `${name}: ${empty}\n`)
      t.same(loadConfig({ flags: {}, env: {}, file }), defaults, `${name}: ${empty}`)
    }
    writeFileSync(file, '')
    t.same(loadConfig({ flags: { [name]: '' }, env: { [variable]: '' }, file }), defaults, name)

    // An empty one does not hide what a source behind it says.
    const other = OTHERS[name] ?? '77'
    const expected = loadConfig({ flags: { [name]: other }, env: {} })
    t.notSame(expected, defaults, `${name} can be set`)
    t.same(loadConfig({ flags: { [name]: '' }, env: { [variable]: other } }), expected, `${name}: variable`)
    writeFileSync(file, `${name}: '${other}'\n`)
    t.same(loadConfig({ flags: { [name]: '' }, env: { [variable]: '' }, file }), expected, `${name}: file`)
  }
  t.same(loadConfig({ flags: {}, env: {}, file: '' }), defaults, 'no file has an empty name')
})
