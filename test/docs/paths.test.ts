import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { documents } from './documents.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const FOLDERS = ['src', 'testing', 'test', 'scripts', 'bench', 'charts', 'docs', 'examples', 'templates']

/** A path from the repository's root, in code or in a command; what has a wildcard in it is none. */
const PATH = new RegExp(`(?<=[\`\\s])(?:${FOLDERS.join('|')})/[\\w./-]*(?=[\`\\s])`, 'g')

t.test('every path of the repository that a document names is there', async (t) => {
  const named = documents().flatMap(({ path, text }) =>
    [...text.matchAll(PATH)].map(([target]) => ({ document: path, target })),
  )
  // NEW and KIND stand for the name of a file that a reader is about to write.
  const isThere = (target: string): boolean =>
    /\/(?:NEW|KIND)\.ts$/.test(target) || existsSync(join(ROOT, target))
  t.ok(named.length > 50)
  t.same(
    named.filter(({ target }) => !isThere(target)),
    [],
  )
})
