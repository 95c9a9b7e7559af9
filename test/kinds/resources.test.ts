// Which events are watched: all that a rule or the history of terminations reads.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { EVENTS } from '../../src/kinds/resources.ts'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))
const SELECTOR = 'kinds/resources.ts'

const excluded = (EVENTS.fieldSelector ?? '').split(',').map((term) => term.replace('reason!=', ''))

t.test('the field selector leaves out reasons, and nothing else', async (t) => {
  t.ok(excluded.length > 1)
  for (const reason of excluded) t.match(reason, /^[A-Z]\w+$/)
})

t.test('nothing reads an event of a reason that is not watched', async (t) => {
  const readers = globSync('**/*.ts', { cwd: SRC }).filter((path) => path !== SELECTOR)
  for (const path of readers) {
    const text = readFileSync(join(SRC, path), 'utf8')
    const unseen = excluded.filter((reason) => text.includes(`reason === '${reason}'`))
    t.same(unseen, [], path)
  }
})
