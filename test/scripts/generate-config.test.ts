import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { generateConfig } from '../../scripts/generate-config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { SETTINGS } from '../../src/config/settings.ts'

t.test('docs/config.md is current and has a row for each setting', async (t) => {
  const document = generateConfig()
  t.equal(readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8'), document)
  const keys = [...document.matchAll(/^\| `--[\w-]+` \| `LYNCEUS_\w+` \| `(\w+)` \|/gm)].map(([, key]) => key)
  t.same(keys, Object.keys(SETTINGS))
})

t.test('the file that it shows is a settings file', async (t) => {
  const [, shown = ''] = /```yaml\n(.+?)```/s.exec(generateConfig()) ?? []
  const file = join(mkdtempSync(join(tmpdir(), 'lynceus-config-')), 'settings.yaml')
  writeFileSync(file, shown)
  t.match(loadConfig({ flags: {}, env: {}, file }), { staleAfter: 20, namespaces: ['shop', 'checkout'] })
})
