import { existsSync, globSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Breach } from './breach.ts'

/** Tests of what is neither in src/ nor in testing/, or of everything together: folders and files of test/. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'live',
  'chart',
  'chaos',
  'docs',
  'scripts',
  'fixtures',
  'corpus',
  'corpus.test.ts',
])

/** Tests of this name hold what is true of a whole folder. */
const FOLDER_WIDE = 'laws'

/**
 * The test of `src/http/app.ts` is `test/http/app.test.ts`, or several for its aspects: `test/http/app-trouble.test.ts`.
 * What lies in `testing/` is tested in `test/testing/`.
 */
export function findStrayTests(root: string): Breach[] {
  return globSync('**/*.test.ts', { cwd: join(root, 'test') })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !ELSEWHERE.has(path.split('/', 1)[0] ?? ''))
    .sort()
    .flatMap((path) => {
      const message = explainStray(root, path)
      return message === null ? [] : [{ path, line: 1, message }]
    })
}

function explainStray(root: string, path: string): string | null {
  const folder = path.startsWith('testing/') ? dirname(path) : join('src', dirname(path))
  if (!existsSync(join(root, folder))) return `mirrors ${folder}/, which does not exist`
  const name = basename(path, '.test.ts')
  const tested = readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
  if (name === FOLDER_WIDE || tested.some((file) => name === file || name.startsWith(`${file}-`))) return null
  return `is about no file of ${folder}/: name it after one`
}
