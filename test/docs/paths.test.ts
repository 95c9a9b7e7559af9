import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { documents } from './documents.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const FOLDERS = ['src', 'testing', 'test', 'scripts', 'bench', 'charts', 'docs', 'examples', 'templates']

/** A path from the repository's root, in code or in a command; what has a placeholder or a wildcard in it is none. */
const PATH = new RegExp(`(?<=[\`\\s])(?:${FOLDERS.join('|')})/[\\w./-]*(?=[\`\\s])`, 'g')

t.test('every path of the repository that a document names is there', async (t) => {
  const named = documents().flatMap(({ path, text }) =>
    [...text.matchAll(PATH)].map(([target]) => ({ document: path, target })),
  )
  t.ok(named.length > 50)
  t.same(
    named.filter(({ target }) => !existsSync(join(ROOT, target))),
    [],
  )
})
